// Storage, transfers and the promises about them; results do not depend on the number of threads.
#include <utility>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

class ConformanceMemory : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

TEST_P(ConformanceMemory, RoundTrip) {
  const Tensor host = random_tensor({3, 4, 5, 6}, 1);
  EXPECT_EQ(normalised_error(tested.download(upload(tested, host)), host), 0);
  EXPECT_EQ(normalised_error(tested.download(tested.upload(Tensor(host))), host), 0);
}

TEST_P(ConformanceMemory, ReadsItems) {
  const Tensor host = random_tensor({5, 2, 3, 4}, 2);
  const DeviceTensor device = upload(tested, host);
  const Tensor middle({2, 2, 3, 4}, host.values().subspan(2 * host.shape().item(), 2 * host.shape().item()));
  EXPECT_EQ(normalised_error(tested.download(device, 2, 2), middle), 0);
  EXPECT_EQ(tested.download(device, 3).shape(), (Shape{2, 2, 3, 4}));
  EXPECT_EQ(tested.download(device, 5).shape(), (Shape{0, 2, 3, 4}));
}

TEST_P(ConformanceMemory, ReadbackIsATicket) {
  const Tensor host = random_tensor({1, 2, 3, 4}, 3);
  const DeviceTensor device = upload(tested, host);
  const std::unique_ptr<Readback> readback = tested.read(device);
  while (!readback->ready()) {
  }
  EXPECT_EQ(normalised_error(readback->take(), host), 0);
}

TEST_P(ConformanceMemory, ReadbackHoldsTheValuesOfItsStart) {
  const Tensor host = random_tensor({1, 2, 3, 4}, 4);
  DeviceTensor device = upload(tested, host);
  const std::unique_ptr<Readback> readback = tested.read(device);
  tested.fill(device, 0.0F);
  EXPECT_EQ(normalised_error(readback->take(), host), 0);
}

TEST_P(ConformanceMemory, ViewsShareTheMemory) {
  const Tensor host = random_tensor({3, 4, 5, 6}, 5);
  DeviceTensor device = upload(tested, host);
  const DeviceTensor rows = Backend::view(device, {1, 3, 4, 30});
  EXPECT_EQ(normalised_error(tested.download(rows), Tensor({1, 3, 4, 30}, host.values())), 0);
  tested.fill(device, 1.0F);
  EXPECT_EQ(normalised_error(tested.download(rows), Tensor({1, 3, 4, 30}, 1.0F)), 0);
}

TEST_P(ConformanceMemory, Fill) {
  DeviceTensor device;
  tested.resize(device, {2, 3, 4, 5});
  tested.fill(device, -2.5F);
  EXPECT_EQ(normalised_error(tested.download(device), Tensor({2, 3, 4, 5}, -2.5F)), 0);
}

TEST_P(ConformanceMemory, SmallerShapesKeepTheMemory) {
  DeviceTensor device;
  tested.resize(device, {2, 3, 4, 5});
  const Storage* storage = &device.storage();
  tested.resize(device, {1, 3, 4, 5});
  EXPECT_EQ(&device.storage(), storage);
  tested.resize(device, {5, 4, 3, 2});
  EXPECT_EQ(&device.storage(), storage);
  EXPECT_EQ(device.shape(), (Shape{5, 4, 3, 2}));
  DeviceTensor y;
  tested.relu(device, y);
  const Storage* output = &y.storage();
  tested.resize(device, {1, 1, 2, 2});
  tested.relu(device, y);
  EXPECT_EQ(&y.storage(), output);
}

TEST_P(ConformanceMemory, CopiesShareTheMemory) {
  DeviceTensor device = upload(tested, Tensor({1, 1, 1, 3}));
  const DeviceTensor copy = device;
  tested.fill(device, 4.0F);
  EXPECT_EQ(normalised_error(tested.download(copy), Tensor({1, 1, 1, 3}, 4.0F)), 0);
}

TEST_P(ConformanceMemory, NoItems) {
  DeviceTensor none;
  tested.resize(none, {0, 3, 8, 8});
  DeviceTensor y;
  DeviceSwitches switches;
  tested.relu(none, y);
  tested.lrn(none, {}, y);
  tested.softmax(none, y);
  tested.max_pool(none, {}, y, switches);
  EXPECT_EQ(y.shape(), (Shape{0, 3, 4, 4}));
  EXPECT_TRUE(tested.download(switches).empty());
}

TEST_P(ConformanceMemory, DescribesItself) { EXPECT_FALSE(tested.description().empty()); }

INSTANTIATE_TEST_SUITE_P(All, ConformanceMemory, ::testing::ValuesIn(all_backends()), BackendName());

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
    backend->dropout(0.3F, 5, unpooled);
    backend->limit_rms(1.0F, gx);
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

}  // namespace
}  // namespace zf::testing
