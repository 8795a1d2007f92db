#include "core/deconv/seed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/tensor/error.h"
#include "tests/deconv/small_net.h"

namespace zf {
namespace {

class SeedTest : public ::testing::Test {
 protected:
  test::SmallNet small_;
  int conv3_ = small_.layer("conv3");
  Tensor maps_ = small_.output("conv3");
};

TEST_F(SeedTest, StrongestPlaceOfEveryMapAndImage) {
  const std::vector<Seed> seeds = strongest_places(*small_.backend, small_.trace, conv3_);
  const Shape& shape = maps_.shape();
  ASSERT_EQ(seeds.size(), static_cast<std::size_t>(shape.n * shape.c));
  for (int image = 0; image < shape.n; ++image) {
    for (int map = 0; map < shape.c; ++map) {
      const Seed& seed = seeds[static_cast<std::size_t>(image * shape.c + map)];
      const auto plane = maps_.plane(image, map);
      const auto best = std::max_element(plane.begin(), plane.end());
      EXPECT_EQ(seed.image, image);
      EXPECT_EQ(seed.map, map);
      EXPECT_EQ(seed.y * shape.w + seed.x, best - plane.begin());
      EXPECT_EQ(seed.value, *best);
      EXPECT_EQ(strongest_place(*small_.backend, small_.trace, conv3_, map, image), seed);
    }
  }
}

TEST_F(SeedTest, StrongestMapsAreRankedWithinOneImage) {
  const std::vector<Seed> seeds = strongest_maps(*small_.backend, small_.trace, conv3_, 4, 1);
  ASSERT_EQ(seeds.size(), 4U);
  for (const Seed& seed : seeds) EXPECT_EQ(seed.image, 1);
  EXPECT_TRUE(std::is_sorted(seeds.begin(), seeds.end(), [](const Seed& a, const Seed& b) { return a.value > b.value; }));
  int stronger = 0;
  for (int map = 0; map < maps_.shape().c; ++map) {
    const auto plane = maps_.plane(1, map);
    if (*std::max_element(plane.begin(), plane.end()) > seeds.back().value) ++stronger;
  }
  EXPECT_EQ(stronger, 3);
  EXPECT_EQ(strongest_maps(*small_.backend, small_.trace, conv3_, 1000).size(), static_cast<std::size_t>(maps_.shape().c));
}

TEST_F(SeedTest, GivenPlaceCarriesItsValue) {
  for (const auto& [y, x] : {std::pair{0, 0}, std::pair{maps_.shape().h - 1, maps_.shape().w - 1}, std::pair{1, 2}}) {
    const Seed seed = seed_at(*small_.backend, small_.trace, conv3_, 7, y, x, 1);
    EXPECT_EQ(seed, (Seed{1, 7, y, x, maps_.at(1, 7, y, x)}));
  }
}

TEST_F(SeedTest, StrongestMapAtAPlace) {
  const Seed best = strongest_map_at(*small_.backend, small_.trace, conv3_, 1, 2, 1);
  EXPECT_EQ(best, (Seed{1, best.map, 1, 2, maps_.at(1, best.map, 1, 2)}));
  for (int map = 0; map < maps_.shape().c; ++map) EXPECT_LE(maps_.at(1, map, 1, 2), best.value);
}

TEST_F(SeedTest, ErrorsListWhatExists) {
  Backend& backend = *small_.backend;
  const Trace& trace = small_.trace;
  using ::testing::HasSubstr;
  EXPECT_THAT(testing::error_of([&] { (void)strongest_place(backend, trace, conv3_, 10); }), HasSubstr("map of 0 to 9, found 10"));
  EXPECT_THAT(testing::error_of([&] { (void)strongest_place(backend, trace, conv3_, -1); }), HasSubstr("map of 0 to 9, found -1"));
  EXPECT_THAT(testing::error_of([&] { (void)strongest_maps(backend, trace, conv3_, 1, 2); }), HasSubstr("image of 0 to 1, found 2"));
  const int last = maps_.shape().h - 1;
  EXPECT_THAT(testing::error_of([&] { (void)seed_at(backend, trace, conv3_, 0, last + 1, 0); }),
              HasSubstr("y of 0 to " + std::to_string(last) + ", found " + std::to_string(last + 1)));
  EXPECT_THAT(testing::error_of([&] { (void)seed_at(backend, trace, conv3_, 0, 0, -1); }), HasSubstr("found -1"));
  Trace shallow;
  small_.net.forward(trace.input(), shallow, 0);
  EXPECT_THAT(testing::error_of([&] { (void)strongest_maps(backend, shallow, conv3_, 1); }), HasSubstr("reaches layer"));
}

}  // namespace
}  // namespace zf
