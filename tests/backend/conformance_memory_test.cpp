// Storage, transfers and the promises about them.
#include <algorithm>
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
  Readback readback = tested.read(device);
  while (!readback.ready()) {
  }
  EXPECT_EQ(normalised_error(readback.take(), host), 0);
}

TEST_P(ConformanceMemory, ReadbackHoldsTheValuesOfItsStart) {
  const Tensor host = random_tensor({1, 2, 3, 4}, 4);
  DeviceTensor device = upload(tested, host);
  Readback readback = tested.read(device);
  tested.fill(device, 0.0F);
  EXPECT_EQ(normalised_error(readback.take(), host), 0);
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

TEST_P(ConformanceMemory, FillsAndCopiesItems) {
  const Tensor host = random_tensor({5, 2, 3, 3}, 6);
  const Tensor part = random_tensor({2, 2, 3, 3}, 7);
  DeviceTensor device = upload(tested, host);
  tested.fill(device, 7.5F, 3, 1);
  tested.copy(upload(tested, part), device, 1);
  Tensor expected = host;
  const auto item = static_cast<std::ptrdiff_t>(host.shape().item());
  std::copy(part.values().begin(), part.values().end(), expected.values().begin() + item);
  std::fill_n(expected.values().begin() + 3 * item, item, 7.5F);
  EXPECT_EQ(normalised_error(tested.download(device), expected), 0);
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

}  // namespace
}  // namespace zf::testing
