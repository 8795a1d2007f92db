// Average pooling to a grid, against each cell's definition.
#include "core/analysis/pooling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/expect_error.h"

namespace zf {
namespace {

/// Whether element `at` of a side of `side` lies in bin `i` of `bins`: whether [at, at + 1) and [i s / n, (i + 1) s / n) overlap.
bool in_bin(int at, int i, int bins, int side) {
  const double first = static_cast<double>(i) * side / bins;
  const double end = static_cast<double>(i + 1) * side / bins;
  return at + 1 > first && at < end;
}

TEST(Pooling, CellsAreMeansOfWhatTheyOverlap) {
  for (const Size out : {Size{1, 1}, Size{2, 3}, Size{3, 3}, Size{4, 5}, Size{6, 7}}) {
    Tensor x({2, 3, 6, 7});
    for (std::size_t i = 0; i < x.size(); ++i) x.values()[i] = std::sin(static_cast<float>(i));
    const Tensor y = average_pool(x, out);
    ASSERT_EQ(y.shape(), (Shape{2, 3, out.h, out.w}));
    for (int n = 0; n < 2; ++n) {
      for (int c = 0; c < 3; ++c) {
        for (int i = 0; i < out.h; ++i) {
          for (int j = 0; j < out.w; ++j) {
            double sum = 0;
            int count = 0;
            for (int row = 0; row < 6; ++row) {
              for (int column = 0; column < 7; ++column) {
                if (!in_bin(row, i, out.h, 6) || !in_bin(column, j, out.w, 7)) continue;
                sum += static_cast<double>(x.at(n, c, row, column));
                ++count;
              }
            }
            EXPECT_NEAR(y.at(n, c, i, j), sum / count, 1e-6);
          }
        }
      }
    }
  }
}

TEST(Pooling, TheGridIsTheLargestThatFits) {
  EXPECT_EQ(pooled_size({1, 256, 6, 6}, 9216), (Size{6, 6}));
  EXPECT_EQ(pooled_size({1, 256, 6, 6}, 9215), (Size{5, 5}));
  EXPECT_EQ(pooled_size({1, 96, 55, 55}, 9216), (Size{9, 9}));
  EXPECT_EQ(pooled_size({1, 4096, 1, 1}, 9216), (Size{1, 1}));
  EXPECT_EQ(pooled_size({1, 4096, 1, 1}, 10), (Size{1, 1}));
  EXPECT_EQ(pooled_size({1, 3, 4, 9}, 50), (Size{4, 4}));
}

TEST(Pooling, GridsBeyondTheMapsAreRefused) {
  const Tensor x({1, 1, 3, 4});
  testing::expect_error([&] { static_cast<void>(average_pool(x, {4, 4})); }, {"expected a grid of 1x1 to 3x4, found 4x4"});
  testing::expect_error([&] { static_cast<void>(average_pool(x, {0, 1})); }, {"found 0x1"});
}

}  // namespace
}  // namespace zf
