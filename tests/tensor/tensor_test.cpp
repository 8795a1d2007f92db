#include "core/tensor/tensor.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/tensor/bytes.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

Tensor counting(const Shape& shape) {
  Tensor tensor(shape);
  for (std::size_t i = 0; i < tensor.size(); ++i) tensor.values()[i] = static_cast<float>(i);
  return tensor;
}

TEST(Tensor, StartsEmpty) {
  const Tensor tensor;
  EXPECT_TRUE(tensor.empty());
  EXPECT_EQ(tensor.shape(), Shape{});
}

TEST(Tensor, IsFilled) {
  const Tensor tensor({1, 2, 3, 4}, 2.5F);
  for (const float value : tensor.values()) EXPECT_EQ(value, 2.5F);
}

TEST(Tensor, IsAlignedForVectors) {
  for (const int width : {1, 3, 100}) {
    const Tensor tensor({1, 1, 1, width});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data()) % 64, 0U);
  }
}

TEST(Tensor, IsRowMajor) {
  const Tensor tensor = counting({2, 3, 4, 5});
  EXPECT_EQ(tensor.at(0, 0, 0, 1), 1.0F);
  EXPECT_EQ(tensor.at(0, 0, 1, 0), 5.0F);
  EXPECT_EQ(tensor.at(0, 1, 0, 0), 20.0F);
  EXPECT_EQ(tensor.at(1, 0, 0, 0), 60.0F);
  EXPECT_EQ(tensor.at(1, 2, 3, 4), 119.0F);
  EXPECT_EQ(tensor.plane(1, 2).size(), 20U);
  EXPECT_EQ(tensor.plane(1, 2).front(), 100.0F);
}

TEST(Tensor, CopiesAreDeep) {
  Tensor tensor = counting({1, 1, 2, 2});
  const Tensor copy = tensor;
  Tensor assigned;
  assigned = tensor;
  tensor.at(0, 0, 0, 0) = 9;
  EXPECT_EQ(copy.at(0, 0, 0, 0), 0.0F);
  EXPECT_EQ(assigned.at(0, 0, 0, 0), 0.0F);
  EXPECT_EQ(copy.shape(), tensor.shape());
}

TEST(Tensor, MovesTakeTheMemory) {
  Tensor tensor = counting({1, 1, 2, 2});
  const float* memory = tensor.data();
  const Tensor moved = std::move(tensor);
  EXPECT_EQ(moved.data(), memory);
}

TEST(Tensor, Reshapes) {
  Tensor tensor = counting({2, 3, 4, 5});
  tensor.reshape({1, 120, 1, 1});
  EXPECT_EQ(tensor.at(0, 119, 0, 0), 119.0F);
  EXPECT_EQ(testing::error_of([] { Tensor({1, 1, 2, 2}).reshape({1, 1, 1, 3}); }), "reshape: expected 3 elements for 1x1x1x3, found 4");
}

// Products of sizes wrap where std::size_t has 32 bits, and here where they are larger: both are refused before memory is asked for.
TEST(Tensor, SizesThatNoMachineAddressesAreRefused) {
  EXPECT_EQ(bytes_of({3, 4, 5, 6}, 4, "tensor"), 1440U);
  EXPECT_EQ(bytes_of({0, 1 << 30, 1 << 30, 1 << 30}, 4, "tensor"), 0U);
  const int most = std::numeric_limits<int>::max();
  for (const Shape& shape :
       {Shape{most, most, most, most}, Shape{1 << 16, 1 << 16, 1 << 16, 1 << 16}, Shape{1, 1 << 21, 1 << 20, 1 << 20}}) {
    testing::expect_error([&] { (void)Tensor::uninitialised(shape); }, {"tensor: expected at most", to_string(shape)});
    testing::expect_error([&] { (void)Tensor(shape, AlignedBuffer(64)); }, {"tensor: expected at most"});
  }
  testing::expect_error([] { (void)bytes_of({1, -1, 1, 1}, 4, "[resize]"); }, {"[resize]", "no negative size"});
#if SIZE_MAX == 0xFFFFFFFFU
  testing::expect_error([] { (void)Tensor::uninitialised({1, 1100, 1000, 1000}); }, {"1x1100x1000x1000"});
#endif
}

TEST(Tensor, ReleasesItsMemory) {
  Tensor tensor = counting({1, 1, 2, 2});
  const AlignedBuffer buffer = tensor.release();
  EXPECT_EQ(buffer.as<float>()[3], 3.0F);
  EXPECT_TRUE(tensor.empty());
}

TEST(Tensor, TakesValuesAndBuffersThatFit) {
  const std::vector<float> values = {1, 2, 3, 4};
  EXPECT_EQ(Tensor({1, 1, 2, 2}, values).at(0, 0, 1, 0), 3.0F);
  EXPECT_EQ(Tensor({1, 1, 2, 2}, AlignedBuffer(64)).size(), 4U);
  EXPECT_EQ(testing::error_of([] { (void)Tensor({1, 1, 2, 2}, std::vector<float>(3)); }), "tensor 1x1x2x2: expected 4 values, found 3");
  EXPECT_EQ(testing::error_of([] { (void)Tensor({1, 1, 2, 2}, AlignedBuffer(15)); }), "tensor 1x1x2x2: expected 16 bytes, found 15");
}

TEST(Tensor, HoldsNoElements) {
  const Tensor none({0, 3, 8, 8});
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none.values().empty());
  const Tensor copy = none;
  EXPECT_EQ(copy.shape(), none.shape());
}

}  // namespace
}  // namespace zf
