// Rectification, pooling, normalisation and softmax with their backward forms, on whole maps, against the reference.
#include <cmath>
#include <limits>
#include <tuple>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

// Pooling

struct PoolCase {
  std::string name;
  Shape x;
  PoolSpec spec;
  friend std::ostream& operator<<(std::ostream& out, const PoolCase& c) { return out << c.name; }
};

class ConformancePool : public ::testing::TestWithParam<std::tuple<NamedBackend, PoolCase>> {
 protected:
  const PoolCase& c = std::get<1>(GetParam());
  Backend& tested = std::get<0>(GetParam()).instance();

  void max_pool(const Tensor& x) const {
    expect_agreement(tested, kExact, [&](Backend& backend) {
      GuardedOutput y(backend);
      GuardedSwitches switches(backend);
      backend.max_pool(upload(backend, x), c.spec, y.tensor(), switches.switches());
      return std::vector<Tensor>{y.take(), switches.take()};
    });
    expect_agreement(tested, kExact, [&](Backend& backend) {
      GuardedOutput y(backend);
      backend.maxima(upload(backend, x), c.spec, y.tensor());
      return std::vector<Tensor>{y.take()};
    });
  }
};

TEST_P(ConformancePool, Forward) { max_pool(random_tensor(c.x, 1)); }

// After a ReLU most windows hold equal maxima: the first in row-major order must take the switch.
TEST_P(ConformancePool, Ties) {
  max_pool(Tensor(c.x));
  max_pool(sparse_tensor(c.x, 2, 0.8));
  Tensor steps = random_tensor(c.x, 3, -2.0F, 2.0F);
  for (float& value : steps.values()) value = std::floor(value);
  max_pool(steps);
}

// Windows outside the map hold minus infinity; switches still point into the plane.
TEST_P(ConformancePool, MinusInfinity) { max_pool(Tensor(c.x, -std::numeric_limits<float>::infinity())); }

TEST_P(ConformancePool, Unpool) {
  const Tensor x = random_tensor(c.x, 4);
  expect_agreement(tested, kElementwise, [&](Backend& backend) {
    DeviceTensor y;
    DeviceSwitches switches;
    backend.max_pool(upload(backend, x), c.spec, y, switches);
    const DeviceTensor g = upload(backend, random_tensor(y.shape(), 5));
    GuardedOutput gx(backend);
    backend.unpool(g, {}, switches, c.spec, c.x.map(), c.x.map(), {}, gx.tensor());
    return std::vector<Tensor>{gx.take()};
  });
}

// At fixed switches pooling reads what unpooling writes: <pool x, g> = <x, unpool g>.
TEST_P(ConformancePool, UnpoolIsAdjoint) {
  const Tensor x = random_tensor(c.x, 6);
  DeviceTensor y;
  DeviceSwitches switches;
  tested.max_pool(upload(tested, x), c.spec, y, switches);
  const Tensor g = random_tensor(y.shape(), 7);
  DeviceTensor gx;
  tested.unpool(upload(tested, g), {}, switches, c.spec, c.x.map(), c.x.map(), {}, gx);
  const double scale = std::sqrt(dot(x, x) * dot(g, g));
  EXPECT_NEAR(dot(tested.download(y), g), dot(x, tested.download(gx)), 1e-6 * scale);
}

const std::vector<PoolCase> kPools = {
    {"zfnet1", {2, 5, 110, 110}, {.kernel = 3, .stride = 2, .pad = 1}},
    {"zfnet2", {1, 7, 26, 26}, {.kernel = 3, .stride = 2, .pad = 1}},
    {"zfnet5", {3, 4, 13, 13}, {.kernel = 3, .stride = 2}},
    {"alexnet", {1, 3, 55, 54}, {.kernel = 3, .stride = 2}},
    {"caffe_ceil", {1, 3, 32, 30}, {.kernel = 3, .stride = 2, .ceil = true}},
    {"ceil_pad", {2, 3, 15, 16}, {.kernel = 3, .stride = 2, .pad = 1, .ceil = true}},
    {"plain_2", {2, 3, 40, 37}, {.kernel = 2, .stride = 2}},
    {"dense", {1, 2, 21, 19}, {.kernel = 3, .stride = 1, .pad = 1}},
    {"large", {1, 2, 47, 53}, {.kernel = 5, .stride = 3, .pad = 2}},
    {"gaps", {1, 2, 31, 29}, {.kernel = 2, .stride = 4}},
    {"whole_map", {2, 6, 6, 6}, {.kernel = 6, .stride = 6}},
    {"one_row", {2, 3, 1, 40}, {.kernel = 3, .stride = 2, .pad = 1}},
    {"one_column", {1, 3, 40, 1}, {.kernel = 3, .stride = 2, .pad = 1}},
    {"one_place", {2, 3, 1, 1}, {.kernel = 3, .stride = 2, .pad = 1}},
    {"identity", {1, 4, 9, 33}, {.kernel = 1, .stride = 1}},
};

INSTANTIATE_TEST_SUITE_P(All, ConformancePool, ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kPools)),
                         BackendName());

// Normalisation

struct LrnCase {
  std::string name;
  Shape x;
  LrnSpec spec;
  friend std::ostream& operator<<(std::ostream& out, const LrnCase& c) { return out << c.name; }
};

class ConformanceLrn : public ::testing::TestWithParam<std::tuple<NamedBackend, LrnCase>> {
 protected:
  const LrnCase& c = std::get<1>(GetParam());
  Backend& tested = std::get<0>(GetParam()).instance();
  // Activations of a first layer on raw pixels reach hundreds, so that the sum of squares weighs as much as k.
  Tensor x = random_tensor(c.x, 1, -100.0F, 300.0F);
};

TEST_P(ConformanceLrn, Forward) {
  expect_agreement(tested, kElementwise, [&](Backend& backend) {
    GuardedOutput y(backend);
    backend.lrn(upload(backend, x), c.spec, y.tensor());
    return std::vector<Tensor>{y.take()};
  });
}

TEST_P(ConformanceLrn, Backward) {
  const Tensor g = random_tensor(c.x, 2);
  expect_agreement(tested, 2 * kElementwise, [&](Backend& backend) {
    GuardedOutput gx(backend);
    if (c.spec.within) {
      backend.lrn_within_backward(upload(backend, x), c.spec, upload(backend, g), {}, c.x.map(), {}, gx.tensor());
    } else {
      backend.lrn_backward(upload(backend, x), c.spec, upload(backend, g), {}, gx.tensor());
    }
    return std::vector<Tensor>{gx.take()};
  });
}

const std::vector<LrnCase> kLrns = {
    {"zfnet", {2, 24, 27, 27}, {}},
    {"zoo", {1, 16, 13, 13}, {.size = 5, .alpha = 5e-4F}},
    {"k_1", {1, 12, 10, 10}, {.size = 5, .alpha = 1e-4F, .beta = 0.75F, .k = 1.0F}},
    {"beta_half", {1, 12, 10, 7}, {.size = 5, .alpha = 1e-4F, .beta = 0.5F}},
    {"size_1", {1, 6, 5, 9}, {.size = 1}},
    {"size_3", {2, 9, 8, 4}, {.size = 3}},
    {"size_over_maps", {1, 4, 6, 6}, {.size = 11}},
    {"one_map", {2, 1, 7, 7}, {}},
    {"one_place", {3, 40, 1, 1}, {}},
    {"within", {2, 5, 13, 17}, {.size = 3, .alpha = 5e-5F, .beta = 0.75F, .k = 1.0F, .within = true}},
    {"within_5", {1, 3, 9, 8}, {.size = 5, .within = true}},
    {"within_over_map", {2, 3, 4, 2}, {.size = 7, .within = true}},
};

INSTANTIATE_TEST_SUITE_P(All, ConformanceLrn, ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kLrns)),
                         BackendName());

// Everything else

class ConformanceMaps : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

TEST_P(ConformanceMaps, Relu) {
  for (const Shape& shape : {Shape{2, 3, 17, 19}, Shape{1, 1, 1, 1}, Shape{1, 8, 128, 128}}) {
    expect_agreement(tested, kExact, [&](Backend& backend) {
      GuardedOutput y(backend);
      backend.relu(upload(backend, random_tensor(shape, 1)), y.tensor());
      return std::vector<Tensor>{y.take()};
    });
  }
}

TEST_P(ConformanceMaps, ReluBackwardKeepsTheRules) {
  const Tensor y({1, 1, 2, 3}, std::vector<float>{0, 0, 0, 2, 2, 2});
  const Tensor g({1, 1, 2, 3}, std::vector<float>{-1, 0, 1, -1, 0, 1});
  const auto run = [&](Rule rule) {
    DeviceTensor signal = upload(tested, g);
    tested.relu_backward(rule, upload(tested, y), {}, signal);
    return tested.download(signal);
  };
  EXPECT_EQ(normalised_error(run(Rule::kDeconvnet), Tensor(g.shape(), std::vector<float>{0, 0, 1, 0, 0, 1})), 0);
  EXPECT_EQ(normalised_error(run(Rule::kGradient), Tensor(g.shape(), std::vector<float>{0, 0, 0, -1, 0, 1})), 0);
  EXPECT_EQ(normalised_error(run(Rule::kGuided), Tensor(g.shape(), std::vector<float>{0, 0, 0, 0, 0, 1})), 0);
}

TEST_P(ConformanceMaps, ReluBackward) {
  const Shape shape{3, 5, 33, 31};
  for (const Rule rule : {Rule::kDeconvnet, Rule::kGradient, Rule::kGuided}) {
    expect_agreement(tested, kExact, [&](Backend& backend) {
      DeviceTensor g = upload(backend, random_tensor(shape, 1));
      backend.relu_backward(rule, upload(backend, sparse_tensor(shape, 2, 0.4)), {}, g);
      return std::vector<Tensor>{backend.download(g)};
    });
  }
}

TEST_P(ConformanceMaps, DeconvnetNeedsNoForwardOutput) {
  DeviceTensor g = upload(tested, random_tensor({2, 3, 4, 5}, 1));
  const std::vector<Window> at = {{7, -3, 90}, {8, 0, 0}};
  tested.relu_backward(Rule::kDeconvnet, DeviceTensor(), at, g);
  EXPECT_EQ(normalised_error(tested.download(g), reference_backend().download([] {
              DeviceTensor y;
              reference_backend().relu(upload(reference_backend(), random_tensor({2, 3, 4, 5}, 1)), y);
              return y;
            }())),
            0);
}

TEST_P(ConformanceMaps, Softmax) {
  for (const Shape& shape : {Shape{1, 1000, 1, 1}, Shape{5, 10, 1, 1}, Shape{2, 7, 6, 5}, Shape{3, 1, 2, 2}}) {
    expect_agreement(tested, 4 * kElementwise, [&](Backend& backend) {
      GuardedOutput y(backend);
      backend.softmax(upload(backend, random_tensor(shape, 1, -20.0F, 20.0F)), y.tensor());
      return std::vector<Tensor>{y.take()};
    });
  }
}

TEST_P(ConformanceMaps, SoftmaxOfHugeLogits) {
  DeviceTensor y;
  tested.softmax(upload(tested, Tensor({1, 3, 1, 1}, std::vector<float>{3e38F, 3e38F, -3e38F})), y);
  EXPECT_LE(normalised_error(tested.download(y), Tensor({1, 3, 1, 1}, std::vector<float>{0.5F, 0.5F, 0})), kElementwise);
}

TEST_P(ConformanceMaps, ChannelMax) {
  Tensor ties = sparse_tensor({2, 6, 40, 41}, 3, 0.3);
  for (float& value : ties.values()) value = std::floor(value * 4);
  for (const Tensor& x : {random_tensor({3, 5, 13, 13}, 1), random_tensor({1, 9, 1, 1}, 2), random_tensor({1, 2, 110, 110}, 4), ties,
                          Tensor({1, 2, 3, 3}, -std::numeric_limits<float>::infinity())}) {
    expect_agreement(tested, kExact, [&](Backend& backend) {
      GuardedOutput values(backend);
      GuardedSwitches places(backend);
      backend.channel_max(upload(backend, x), values.tensor(), places.switches());
      return std::vector<Tensor>{values.take(), places.take()};
    });
  }
}

TEST_P(ConformanceMaps, ChannelSum) {
  for (const Tensor& x : {random_tensor({3, 5, 13, 13}, 1), random_tensor({1, 9, 1, 1}, 2), random_tensor({1, 2, 110, 110}, 4)}) {
    expect_agreement(tested, sum_tolerance(static_cast<double>(x.shape().plane())), [&](Backend& backend) {
      GuardedOutput sums(backend);
      backend.channel_sum(upload(backend, x), sums.tensor());
      return std::vector<Tensor>{sums.take()};
    });
  }
}

TEST_P(ConformanceMaps, Put) {
  const Tensor x = random_tensor({2, 3, 4, 5}, 1);
  const std::vector<Point> points = {{0, 0, 0, 0, 7}, {1, 2, 3, 4, -8}, {1, 0, 2, 1, 0}};
  DeviceTensor device = upload(tested, x);
  tested.put(points, device);
  tested.put({}, device);
  Tensor expected = x;
  for (const Point& point : points) expected.at(point.item, point.map, point.y, point.x) = point.value;
  EXPECT_EQ(normalised_error(tested.download(device), expected), 0);
}

INSTANTIATE_TEST_SUITE_P(All, ConformanceMaps, ::testing::ValuesIn(tested_backends()), BackendName());

}  // namespace
}  // namespace zf::testing
