// Signals on windows against signals on whole maps.
#include "core/nn/backward.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/nn/fixture.h"
#include "tests/nn/testing.h"

namespace zf {
namespace {

using testing::expect_error;
using testing::random_tensor;
using testing::relative_error;

constexpr int kImages = 3;

/// Every kind of layer, maps that are not square, strides that leave a rest, overlapping pools that meet.
Network every_layer() {
  return {"every",
          {1, 3, 41, 37},
          {{"conv1", ConvLayer{6, 5, 2, 1}},
           {"relu1", ReluLayer{}},
           {"pool1", MaxPoolLayer{{3, 2, 1, false}}},
           {"norm1", LrnLayer{{5, 0.5F, 0.75F, 2.0F}}},
           {"conv2", ConvLayer{8, 3, 1, 1, 2}},
           {"relu2", ReluLayer{}},
           {"pool2", MaxPoolLayer{{3, 2, 0, true}}},
           {"relu2b", ReluLayer{}},
           {"norm2b", LrnLayer{{3, 0.5F, 0.75F, 2.0F, true}}},
           {"conv3", ConvLayer{6, 3, 2, 2}},
           {"relu3", ReluLayer{}},
           {"fc4", LinearLayer{7}},
           {"relu4", ReluLayer{}},
           {"drop4", DropoutLayer{0.5F}},
           {"fc5", LinearLayer{4}},
           {"prob", SoftmaxLayer{}}}};
}

/// Windows of `size` at the corners and the middle of a map, on all images in turn.
std::vector<Window> windows_on(const Shape& maps, Size size) {
  const int bottom = maps.h - size.h;
  const int right = maps.w - size.w;
  return {{2, 0, 0}, {0, 0, right}, {1, bottom, 0}, {2, bottom, right}, {1, bottom / 2, right / 2}};
}

/// Lays each window of `part` on an otherwise empty map of its own: (windows, C, H, W).
Tensor lay_out(const Tensor& part, const std::vector<Window>& at, const Shape& maps) {
  Tensor whole({part.shape().n, maps.c, maps.h, maps.w});
  for (int n = 0; n < part.shape().n; ++n) {
    for (int c = 0; c < maps.c; ++c) {
      for (int y = 0; y < part.shape().h; ++y) {
        for (int x = 0; x < part.shape().w; ++x) {
          whole.at(n, c, at[static_cast<std::size_t>(n)].y + y, at[static_cast<std::size_t>(n)].x + x) = part.at(n, c, y, x);
        }
      }
    }
  }
  return whole;
}

double norm_of(const Tensor& tensor) {
  return std::sqrt(std::inner_product(tensor.values().begin(), tensor.values().end(), tensor.values().begin(), 0.0));
}

double distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(double{a[i]} - double{b[i]}, 2);
  return std::sqrt(sum);
}

class BackwardTest : public testing::OnEveryBackend {
 protected:
  BackwardTest() : BackwardTest(every_layer()) {}
  explicit BackwardTest(const Network& network) : net_(*backend_, network, testing::random_parameters(network, 21)) {
    net_.forward(backend_->upload(random_tensor({kImages, network.input.c, network.input.h, network.input.w}, 11)), trace_);
  }

  void compare_everywhere() const;

  /// Window `item` as a signal on the whole maps of all images, taken down to the pixels; its image's (1, C, H, W).
  [[nodiscard]] Tensor whole_map_pixels(const Tensor& laid_out, int item, int image, int layer, Rule rule, LrnBackward lrn) const {
    Shape maps = laid_out.shape();
    maps.n = kImages;
    Tensor g(maps);
    for (int c = 0; c < maps.c; ++c) {
      const auto plane = laid_out.plane(item, c);
      std::copy(plane.begin(), plane.end(), g.plane(image, c).begin());
    }
    Signal signal;
    signal.g = backend_->upload(std::move(g));
    BackwardPass(net_, trace_, rule, lrn).run(layer, signal);
    return backend_->download(signal.g, image, 1);
  }

  void compare(int layer, Size size, Rule rule, LrnBackward lrn) const {
    const Shape& maps = net_.shapes()[static_cast<std::size_t>(layer)];
    const std::vector<Window> at = windows_on(maps, size);
    const Tensor part = random_tensor({static_cast<int>(at.size()), maps.c, size.h, size.w}, 5);
    Signal signal{backend_->upload(Tensor(part)), at};
    BackwardPass(net_, trace_, rule, lrn).run(layer, signal);
    const Tensor found = lay_out(backend_->download(signal.g), signal.at, net_.network().input);

    const Tensor laid_out = lay_out(part, at, maps);
    int silent = 0;
    for (int item = 0; item < part.shape().n; ++item) {
      const int image = at[static_cast<std::size_t>(item)].image;
      const Tensor expected = whole_map_pixels(laid_out, item, image, layer, rule, lrn);
      const std::span<const float> pixels = found.values().subspan(static_cast<std::size_t>(item) * expected.size(), expected.size());
      if (std::all_of(pixels.begin(), pixels.end(), [](float v) { return v == 0.0F; })) ++silent;
      // The same terms, but each path adds them in its own order, or by Winograd, which may leave rounding where nothing is.
      EXPECT_LT(distance(pixels, expected.values()), 1e-5 * norm_of(expected) + 1e-7 * norm_of(found)) << "item " << item;
    }
    EXPECT_LT(silent, part.shape().n);
  }

  Net net_;
  Trace trace_;
};

class GraphBackwardTest : public BackwardTest {
 protected:
  GraphBackwardTest() : BackwardTest(testing::small_graph()) {}
};

void BackwardTest::compare_everywhere() const {
  for (int layer = logits_layer(net_.network()); layer >= 0; --layer) {
    const Shape& maps = net_.shapes()[static_cast<std::size_t>(layer)];
    for (const Size& size : {Size{1, 1}, Size{std::min(2, maps.h), std::min(3, maps.w)}}) {
      for (const Rule rule : {Rule::kDeconvnet, Rule::kGradient, Rule::kGuided}) {
        for (const LrnBackward lrn : {LrnBackward::kPass, LrnBackward::kDerivative}) {
          SCOPED_TRACE(fmt::format("layer {}, windows of {}x{}, rule {}, lrn {}",
                                   net_.network().layers[static_cast<std::size_t>(layer)].name, size.h, size.w, static_cast<int>(rule),
                                   static_cast<int>(lrn)));
          compare(layer, size, rule, lrn);
        }
      }
    }
  }
}

TEST_P(BackwardTest, WindowsGiveWhatWholeMapsGive) { compare_everywhere(); }

TEST_P(GraphBackwardTest, WindowsGiveWhatWholeMapsGive) { compare_everywhere(); }

// As project.cpp does: only what lies up to that layer must be in the trace.
TEST_P(GraphBackwardTest, ReadsNoTraceAboveTheLastTracedLayer) {
  for (const Rule rule : {Rule::kDeconvnet, Rule::kGradient}) {
    for (const LrnBackward lrn : {LrnBackward::kPass, LrnBackward::kDerivative}) {
      const int top = logits_layer(net_.network());
      const int last = last_traced_layer(net_.network(), top, rule, lrn);
      Trace part;
      if (last >= 0) net_.forward(trace_.input(), part, last);
      const Tensor g = random_tensor({kImages, net_.shape(top).c, 1, 1}, 3);
      Signal expected{backend_->upload(Tensor(g)), {}};
      Signal found{backend_->upload(Tensor(g)), {}};
      BackwardPass(net_, trace_, rule, lrn).run(top, expected);
      BackwardPass(net_, part, rule, lrn).run(top, found);
      EXPECT_EQ(relative_error(backend_->download(found.g).values(), backend_->download(expected.g).values()), 0.0);
    }
  }
}

TEST_P(BackwardTest, WindowsGrowAsFarAsTheyReachAndStayInside) {
  const Shape& maps = net_.shapes()[static_cast<std::size_t>(find_layer(net_.network(), "conv2"))];
  // From place (4, 5) of conv2, and from its last: kernel 3 with padding 1, pool 3/2 with padding 1, kernel 5/2 with padding 1.
  Signal signal{backend_->upload(random_tensor({2, maps.c, 1, 1}, 5)), {{1, 4, 5}, {0, maps.h - 1, maps.w - 1}}};
  BackwardPass backward(net_, trace_, Rule::kGradient, LrnBackward::kPass);
  const std::vector<std::pair<const char*, std::vector<Window>>> expected = {
      {"norm1", {{1, 3, 4}, {0, 7, 6}}}, {"relu1", {{1, 5, 7}, {0, 13, 11}}}, {"pixels", {{1, 9, 13}, {0, 24, 20}}}};
  const std::vector<Size> sizes = {{3, 3}, {7, 7}, {17, 17}};
  backward.begin(find_layer(net_.network(), "conv2"), std::move(signal));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const int until = i + 1 < expected.size() ? find_layer(net_.network(), expected[i].first) : -1;
    while (backward.layer() > until) backward.step();
    const Signal found = until < 0 ? backward.take_images() : backward.signal();
    EXPECT_EQ(found.g.shape().map(), sizes[i]) << expected[i].first;
    EXPECT_EQ(found.at, expected[i].second) << expected[i].first;
  }
}

TEST_P(BackwardTest, BreaksOffAboveTheLogits) {
  Signal signal{backend_->upload(Tensor({kImages, 4, 1, 1})), {}};
  BackwardPass backward(net_, trace_, Rule::kGradient, LrnBackward::kPass);
  expect_error([&] { backward.run(find_layer(net_.network(), "prob"), signal); }, {"layer prob", "logits"});
}

ZF_ON_EVERY_BACKEND(BackwardTest);
ZF_ON_EVERY_BACKEND(GraphBackwardTest);

}  // namespace
}  // namespace zf
