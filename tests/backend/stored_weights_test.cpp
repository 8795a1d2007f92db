// Weights narrower than float32 give what the same weights as float32 give, to the bit.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <numeric>
#include <vector>

#include "core/tensor/half.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"
#include "tests/backend/instruction_sets.h"
#include "tests/expect_error.h"

namespace zf::testing {
namespace {

/// Random halves or bfloats of all exponents that finite sums allow, subnormals among them.
StoredWeights random_weights(const Shape& shape, StoredAs kind, std::uint32_t seed) {
  const Tensor values = random_tensor(shape, seed);
  const auto bits = std::make_shared<std::vector<std::uint16_t>>();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const float value = i % 7 == 0 ? values.values()[i] * 1e-5F : values.values()[i];
    bits->push_back(kind == StoredAs::kFloat16 ? float_to_half(value) : static_cast<std::uint16_t>(bits_of(value) >> 16U));
  }
  return {shape, kind, reinterpret_cast<std::byte*>(bits->data()), bits};
}

struct Case {
  const char* name;
  ConvSpec spec;
  Shape in;
};

std::vector<Case> cases() {
  return {{"fully connected", {.maps = 53, .kernel_h = 5, .kernel_w = 4}, {1, 9, 5, 4}},
          {"fully connected, two items", {.maps = 53, .kernel_h = 5, .kernel_w = 4}, {2, 9, 5, 4}},
          {"fully connected, many items", {.maps = 67, .kernel_h = 6, .kernel_w = 6}, {35, 11, 6, 6}},
          {"one by one", {.maps = 20}, {2, 13, 9, 7}},
          {"three by three", {.maps = 24, .kernel_h = 3, .kernel_w = 3, .pad = 1}, {2, 16, 14, 15}},
          {"groups and stride", {.maps = 12, .kernel_h = 5, .kernel_w = 5, .stride = 2, .pad = 2, .groups = 2}, {1, 6, 17, 16}},
          {"depthwise", {.maps = 10, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 10}, {2, 10, 8, 9}}};
}

/// All that filters are for, computed with weights of either form.
std::vector<Tensor> results(Backend& backend, const Case& c, const DeviceTensor& weight) {
  std::unique_ptr<Filters> filters;
  backend.pack(weight, upload(backend, random_tensor({1, c.spec.maps, 1, 1}, 3)), c.spec, filters);
  std::vector<Tensor> found;
  DeviceTensor y;
  backend.conv(upload(backend, random_tensor(c.in, 4)), *filters, c.spec.pad, true, y);
  found.push_back(backend.download(y));
  const Shape out = y.shape();
  for (const double zeros : {0.0, 0.9}) {
    DeviceTensor gx;
    backend.conv_transpose(upload(backend, sparse_tensor(out, 5, zeros)), {}, *filters, c.in.map(), {}, gx);
    found.push_back(backend.download(gx));
  }
  if (c.spec.covers(c.in.map())) {
    backend.linear_differences(upload(backend, random_tensor({c.in.n, c.in.c, 3, 2}, 6)), {0, 1, 2}, *filters, y);
    found.push_back(backend.download(y));
  }
  return found;
}

void expect_same(const Tensor& found, const Tensor& expected) {
  ASSERT_EQ(found.shape(), expected.shape());
  EXPECT_EQ(std::memcmp(found.data(), expected.data(), found.size() * sizeof(float)), 0);
}

void expect_same_results(Backend& backend, const Case& c, StoredAs kind) {
  SCOPED_TRACE(c.name);
  SCOPED_TRACE(name_of(kind));
  const StoredWeights weights = random_weights({c.spec.maps, c.in.c / c.spec.groups, c.spec.kernel_h, c.spec.kernel_w}, kind, 2);
  const DeviceTensor stored = backend.upload(weights);
  expect_same(backend.download(stored), weights.widened());
  const std::vector<Tensor> found = results(backend, c, stored);
  const std::vector<Tensor> expected = results(backend, c, upload(backend, weights.widened()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(i);
    expect_same(found[i], expected[i]);
  }
}

TEST(StoredWeights, GiveTheSameBitsOnEveryInstructionSet) {
  on_instruction_sets([] {
    const std::unique_ptr<Backend> backend = make_cpu_backend(2);
    for (const Case& c : cases()) {
      for (const StoredAs kind : {StoredAs::kFloat16, StoredAs::kBfloat16}) expect_same_results(*backend, c, kind);
    }
  });
}

class StoredWeightsTest : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& b = GetParam().instance();
};
INSTANTIATE_TEST_SUITE_P(All, StoredWeightsTest, ::testing::ValuesIn(all_backends()), BackendName());

TEST_P(StoredWeightsTest, GiveTheSameBits) { expect_same_results(b, cases()[1], StoredAs::kFloat16); }

TEST_P(StoredWeightsTest, OfFloat32ShareTheHostsMemory) {
  StoredWeights weights(random_tensor({2, 3, 4, 5}, 1));
  const DeviceTensor shared = b.upload(weights);
  *reinterpret_cast<float*>(weights.bytes()) = 9;
  EXPECT_EQ(b.download(shared).data()[0], 9.0F);
}

TEST(StoredWeights, StayNarrowOnTheCpuAloneAndForPackAlone) {
  const std::unique_ptr<Backend> cpu = make_cpu_backend(1);
  const StoredWeights weights = random_weights({4, 3, 2, 2}, StoredAs::kBfloat16, 1);
  const DeviceTensor stored = cpu->upload(weights);
  EXPECT_EQ(stored.bytes(), 4U * 3 * 2 * 2 * 2);
  EXPECT_EQ(reference_backend().upload(weights).stored_as(), StoredAs::kFloat32);
  DeviceTensor y;
  expect_error([&] { cpu->relu(stored, y); }, {"[relu]", "of float32", "found weights stored as bfloat16"});
  cpu->relu(cpu->widened(stored), y);
  EXPECT_EQ(y.shape(), stored.shape());
}

}  // namespace
}  // namespace zf::testing
