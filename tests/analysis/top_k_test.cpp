// The k strongest activations against a sort of everything.
#include "core/analysis/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include "tests/expect_error.h"

namespace zf {
namespace {

struct Data {
  int images;
  int maps;
  std::vector<float> values;  // image by image
  std::vector<std::uint32_t> places;
};

/// Values of few levels, so that many are equal.
Data random_data(int images, int maps, int levels) {
  std::mt19937 random(5);
  Data data{images, maps, {}, {}};
  for (int i = 0; i < images * maps; ++i) {
    data.values.push_back(static_cast<float>(random() % static_cast<unsigned>(levels)) - 2.0F);
    data.places.push_back(static_cast<std::uint32_t>(random() % 100));
  }
  return data;
}

void offer(TopK& best, const Data& data, int image) {
  const auto maps = static_cast<std::size_t>(data.maps);
  const std::size_t at = static_cast<std::size_t>(image) * maps;
  best.add(image, std::span(data.values).subspan(at, maps), std::span(data.places).subspan(at, maps));
}

/// Every image's peak of a map, sorted: by value, then by image.
std::vector<Peak> sorted(const Data& data, int map) {
  std::vector<Peak> peaks;
  for (int image = 0; image < data.images; ++image) {
    const auto at = static_cast<std::size_t>(image * data.maps + map);
    peaks.push_back({data.values[at], image, data.places[at]});
  }
  std::stable_sort(peaks.begin(), peaks.end(), [](const Peak& a, const Peak& b) { return a.value > b.value; });
  return peaks;
}

void expect_sorted(const Data& data, int k, const std::vector<int>& order) {
  TopK best(data.maps, k);
  for (const int image : order) offer(best, data, image);
  for (int map = 0; map < data.maps; ++map) {
    std::vector<Peak> expected = sorted(data, map);
    expected.resize(std::min(expected.size(), static_cast<std::size_t>(k)));
    const auto found = best.best(map);
    ASSERT_EQ(std::vector<Peak>(found.begin(), found.end()), expected) << "map " << map;
  }
}

TEST(TopK, EqualsASortOfEverything) {
  for (const int k : {1, 2, 9, 40}) {
    for (const int levels : {2, 7, 100000}) {
      const Data data = random_data(60, 13, levels);
      std::vector<int> order(60);
      std::iota(order.begin(), order.end(), 0);
      expect_sorted(data, k, order);
      std::shuffle(order.begin(), order.end(), std::mt19937(3));
      expect_sorted(data, k, order);
    }
  }
}

TEST(TopK, HoldsAllWhereThereAreFewer) { expect_sorted(random_data(4, 3, 3), 9, {0, 1, 2, 3}); }

TEST(TopK, GoesOnFromWhatItHeld) {
  const Data data = random_data(50, 4, 5);
  TopK first(4, 9);
  for (int image = 0; image < 20; ++image) offer(first, data, image);
  TopK second(4, 9);
  for (int map = 0; map < 4; ++map) second.restore(map, first.best(map));
  for (int image = 20; image < 50; ++image) offer(second, data, image);
  for (int map = 0; map < 4; ++map) {
    std::vector<Peak> expected = sorted(data, map);
    expected.resize(9);
    const auto found = second.best(map);
    EXPECT_EQ(std::vector<Peak>(found.begin(), found.end()), expected);
  }
}

TEST(TopK, RefusesWhatIsNoActivation) {
  TopK best(2, 3);
  const std::vector<std::uint32_t> places{0, 0};
  const std::vector<float> not_a_number{1, std::numeric_limits<float>::quiet_NaN()};
  testing::expect_error([&] { best.add(0, not_a_number, places); }, {"finite", "map 1"});
  testing::expect_error([&] { best.add(0, std::span(not_a_number).first(1), places); }, {"expected 2 values"});
  testing::expect_error([] { TopK none(3, 0); }, {"at least one"});
}

}  // namespace
}  // namespace zf
