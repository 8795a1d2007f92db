#include "core/exchange/onnx_view.h"

#include <gtest/gtest.h>

#include "tests/expect_error.h"

namespace zf::onnx {
namespace {

constexpr Shape kMaps{1, 6, 4, 5};

TEST(OnnxView, TransposesCancel) {
  const View maps = View::of(kMaps);
  const View last = maps.transposed({0, 2, 3, 1});
  EXPECT_EQ(last.dims(), (Dims{1, 4, 5, 6}));
  EXPECT_EQ(last.transposed({0, 3, 1, 2}), maps);
  EXPECT_EQ(*last.roles(kMaps), (std::vector<Role>{Role::kOne, Role::kRow, Role::kColumn, Role::kMap}));
}

TEST(OnnxView, AFlattenedValueHasItsPlaces) {
  const View flat = View::of(kMaps).reshaped({1, 120});
  EXPECT_EQ(flat.places(1)[7], 7);
  EXPECT_FALSE(flat.roles(kMaps).has_value());
  EXPECT_EQ(flat.reshaped({1, 6, 4, 5}), View::of(kMaps));
  // (H, W, C): element 7 is row 0, column 1, map 1.
  const View last = View::of(kMaps).transposed({0, 2, 3, 1}).reshaped({1, 120});
  EXPECT_EQ(last.places(1)[7], 1 * 20 + 1);
}

TEST(OnnxView, AShuffleWalksOverMapsInColumns) {
  const View shuffled = View::of(kMaps).reshaped({1, 2, 3, 4, 5}).transposed({0, 2, 1, 3, 4}).reshaped({1, 6, 4, 5});
  EXPECT_EQ(shuffled.places(1), (std::vector<std::int64_t>{0, 60, 20, 80, 40, 100}));
}

TEST(OnnxView, RefusesToCutBetweenSteps) {
  const View last = View::of(kMaps).transposed({0, 2, 3, 1});
  zf::testing::expect_error([&] { (void)last.reshaped({1, 8, 15}); }, {"(1, 8, 15)"});
  zf::testing::expect_error([&] { (void)last.reshaped({1, 121}); }, {"(1, 121)"});
}

TEST(OnnxView, ItemsOfABatchStayApart) {
  const Shape batch{2, 6, 4, 5};
  EXPECT_EQ(View::of(batch).reshaped({2, 120}).size(0), 2);
  EXPECT_EQ(View::of(batch).reshaped({2, 120}).reshaped({2, 6, 4, 5}), View::of(batch));
}

}  // namespace
}  // namespace zf::onnx
