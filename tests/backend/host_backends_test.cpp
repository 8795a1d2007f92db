// What only the CPU backend and the reference promise.
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

TEST(CpuBackend, NamesItsInstructionsAndThreads) {
  EXPECT_TRUE(make_cpu_backend(1)->description().ends_with(", 1 thread"));
  EXPECT_TRUE(make_cpu_backend(2)->description().ends_with(", 2 threads"));
  EXPECT_TRUE(make_cpu_backend(2)->description().starts_with("cpu, "));
}

// Bit for bit: a run gives the same pictures on every machine with the same instructions.
TEST(CpuBackend, ResultsDoNotDependOnThreads) {
  const auto run = [](int threads) {
    const std::unique_ptr<Backend> backend = make_cpu_backend(threads);
    const Tensor x = random_tensor({3, 12, 54, 50}, 1, -100.0F, 300.0F);
    DeviceTensor pooled;
    DeviceTensor unpooled;
    DeviceTensor y;
    DeviceTensor gx;
    DeviceSwitches switches;
    backend->max_pool(upload(*backend, x), {.kernel = 3, .stride = 2, .pad = 1}, pooled, switches);
    backend->lrn(pooled, {}, y);
    backend->lrn_backward(pooled, {}, y, {}, gx);
    backend->unpool(gx, {}, switches, {.kernel = 3, .stride = 2, .pad = 1}, x.shape().map(), x.shape().map(), {}, unpooled);
    backend->relu_backward(Rule::kGuided, upload(*backend, x), {}, unpooled);
    backend->training().dropout(0.3F, 5, unpooled);
    backend->training().limit_rms(1.0F, gx);
    DeviceTensor probabilities;
    backend->softmax(gx, probabilities);
    return std::vector<Tensor>{backend->download(unpooled), backend->download(gx), backend->download(probabilities)};
  };
  const std::vector<Tensor> one = run(1);
  for (const int threads : {2, 3, 5}) {
    const std::vector<Tensor> many = run(threads);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(normalised_error(many[i], one[i]), 0) << threads << " threads, result " << i;
  }
}

// The reference's differences are its convolution, of maps that are 0 elsewhere, without the bias.
TEST(ReferenceConv, LinearDifferencesAreOfZerosElsewhere) {
  Backend& backend = reference_backend();
  std::unique_ptr<Filters> filters;
  backend.pack(upload(backend, random_tensor({5, 3, 4, 6}, 1)), upload(backend, Tensor({1, 5, 1, 1})),
               {.maps = 5, .kernel_h = 4, .kernel_w = 6}, filters);
  const Tensor part = random_tensor({2, 3, 2, 3}, 3);
  Tensor map(Shape{2, 3, 4, 6});
  for (int n = 0; n < 2; ++n) {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 3; ++x) map.at(n, c, 1 + y, 2 + x) = part.at(n, c, y, x);
      }
    }
  }
  DeviceTensor whole;
  DeviceTensor window;
  backend.conv(upload(backend, map), *filters, 0, false, whole);
  backend.linear_differences(upload(backend, part), {0, 1, 2}, *filters, window);
  EXPECT_EQ(normalised_error(backend.download(window), backend.download(whole)), 0);
}

// The reference itself, by hand: a 2x2 kernel on a 3x3 map with padding 1 and stride 2.
TEST(ReferenceConv, ByHand) {
  Backend& backend = reference_backend();
  const DeviceTensor x = upload(backend, Tensor({1, 1, 3, 3}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  const DeviceTensor weight = upload(backend, Tensor({1, 1, 2, 2}, std::vector<float>{1, 10, 100, 1000}));
  std::unique_ptr<Filters> filters;
  backend.pack(weight, upload(backend, Tensor({1, 1, 1, 1}, 0.5F)), {.maps = 1, .kernel_h = 2, .kernel_w = 2, .stride = 2, .pad = 1},
               filters);
  DeviceTensor y;
  backend.conv(x, *filters, 1, false, y);
  EXPECT_EQ(normalised_error(backend.download(y), Tensor({1, 1, 2, 2}, std::vector<float>{1000.5F, 3200.5F, 7040.5F, 9865.5F})), 0);
}

}  // namespace
}  // namespace zf::testing
