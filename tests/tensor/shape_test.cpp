#include "core/tensor/shape.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace zf {
namespace {

TEST(Shape, Sizes) {
  const Shape shape{2, 3, 4, 5};
  EXPECT_EQ(shape.plane(), 20U);
  EXPECT_EQ(shape.item(), 60U);
  EXPECT_EQ(shape.size(), 120U);
  EXPECT_EQ(shape.map(), (Size{4, 5}));
  EXPECT_EQ(to_string(shape), "2x3x4x5");
}

TEST(Shape, SizesBeyond32Bits) {
  if (sizeof(std::size_t) < sizeof(std::uint64_t)) GTEST_SKIP() << "sizes of this target have 32 bits";
  EXPECT_EQ((Shape{1024, 1024, 1024, 16}).size(), std::uint64_t{1} << 34U);
}

TEST(Shape, Equality) {
  EXPECT_EQ((Shape{1, 2, 3, 4}), (Shape{1, 2, 3, 4}));
  EXPECT_NE((Shape{1, 2, 3, 4}), (Shape{1, 2, 4, 3}));
}

struct OutputCase {
  const char* name;
  int in, kernel, stride, pad;
  bool ceil;
  int out;
  friend std::ostream& operator<<(std::ostream& stream, const OutputCase& c) { return stream << c.name; }
};

class OutputSize : public ::testing::TestWithParam<OutputCase> {};

TEST_P(OutputSize, IsThePapers) {
  const OutputCase& c = GetParam();
  EXPECT_EQ(output_size(c.in, c.kernel, c.stride, c.pad, c.ceil), c.out);
}

INSTANTIATE_TEST_SUITE_P(All, OutputSize,
                         ::testing::Values(
                             // Fig. 3
                             OutputCase{"zfnet_conv1", 224, 7, 2, 1, false, 110}, OutputCase{"zfnet_pool1", 110, 3, 2, 1, false, 55},
                             OutputCase{"zfnet_conv2", 55, 5, 2, 0, false, 26}, OutputCase{"zfnet_pool2", 26, 3, 2, 1, false, 13},
                             OutputCase{"zfnet_conv3", 13, 3, 1, 1, false, 13}, OutputCase{"zfnet_pool5", 13, 3, 2, 0, false, 6},
                             OutputCase{"alexnet_conv1", 224, 11, 4, 2, false, 55}, OutputCase{"whole_map", 6, 6, 1, 0, false, 1},
                             // What rounding up adds, and where it may not
                             OutputCase{"floor_drops", 32, 3, 2, 0, false, 15}, OutputCase{"ceil_adds", 32, 3, 2, 0, true, 16},
                             OutputCase{"ceil_even", 33, 3, 2, 0, true, 16}, OutputCase{"ceil_starts_in_padding", 15, 1, 3, 2, true, 6},
                             OutputCase{"ceil_gaps", 4, 1, 5, 0, true, 1}, OutputCase{"ceil_one_more", 5, 2, 2, 1, true, 3},
                             // Where nothing fits
                             OutputCase{"too_small", 2, 3, 1, 0, false, 0}, OutputCase{"too_small_ceil", 2, 3, 2, 0, true, 0},
                             OutputCase{"padding_helps", 1, 3, 1, 1, false, 1}, OutputCase{"nothing", 0, 1, 1, 0, false, 0}),
                         [](const auto& test) { return test.param.name; });

// By the definition: every window that starts at a multiple of the stride and ends inside the padded input.
TEST(OutputSize, CountsTheWindowsThatFit) {
  for (int in = 1; in < 20; ++in) {
    for (int kernel = 1; kernel < 6; ++kernel) {
      for (int stride = 1; stride < 5; ++stride) {
        for (int pad = 0; pad < kernel; ++pad) {
          int floor = 0;
          while (floor * stride + kernel <= in + 2 * pad) ++floor;
          EXPECT_EQ(output_size(in, kernel, stride, pad), floor) << in << " " << kernel << " " << stride << " " << pad;
          if (floor == 0) continue;
          // One more where something is left over, unless it would start beyond the input.
          const bool left_over = (floor - 1) * stride + kernel < in + 2 * pad;
          const bool starts_inside = floor * stride < in + pad;
          const int rounded_up = output_size(in, kernel, stride, pad, true);
          const int last_starts_inside = (floor - 1) * stride < in + pad ? floor : floor - 1;
          EXPECT_EQ(rounded_up, left_over && starts_inside ? floor + 1 : last_starts_inside)
              << in << " " << kernel << " " << stride << " " << pad;
        }
      }
    }
  }
}

}  // namespace
}  // namespace zf
