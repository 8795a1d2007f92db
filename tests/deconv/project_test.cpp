#include "core/deconv/project.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/deconv/rules.h"
#include "core/tensor/error.h"
#include "tests/deconv/small_net.h"

namespace zf {
namespace {

constexpr std::pair<Rule, LrnBackward> kWays[] = {{Rule::kDeconvnet, LrnBackward::kPass},
                                                  {Rule::kGuided, LrnBackward::kPass},
                                                  {Rule::kGradient, LrnBackward::kPass},
                                                  {Rule::kGradient, LrnBackward::kDerivative}};
// Sums of the same products in another order, in float.
constexpr double kTolerance = 1e-5;

/// |a - b| / |b|
double relative_error(const Tensor& a, const Tensor& b) {
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += std::pow(a.values()[i] - b.values()[i], 2);
    norm += std::pow(b.values()[i], 2);
  }
  return std::sqrt(difference) / std::max(std::sqrt(norm), 1e-30);
}

double norm(const Tensor& a) {
  double sum = 0;
  for (const float value : a.values()) sum += std::pow(value, 2);
  return std::sqrt(sum);
}

class ProjectTest : public ::testing::Test {
 protected:
  /// The projection of `maps`, zero but for what the seeds name, through whole maps: image 0 or 1 of a batch of 2.
  [[nodiscard]] Tensor through_whole_maps(int layer, const Tensor& maps, int image, Rule rule, LrnBackward lrn) {
    Signal signal;
    small_.backend->upload(maps, signal.g);
    BackwardPass(small_.net, small_.trace, rule, lrn).run(layer, signal);
    return small_.backend->download(signal.g, image, 1);
  }

  [[nodiscard]] Tensor only(int layer, const Seed& seed) const {
    Tensor maps(small_.trace.output(layer).shape());
    maps.at(seed.image, seed.map, seed.y, seed.x) = seed.value;
    return maps;
  }

  test::SmallNet small_;
};

TEST_F(ProjectTest, WindowsEqualWholeMaps) {
  for (const char* name : {"conv1", "pool1", "norm1", "conv2", "pool2", "conv3", "fc4", "logits"}) {
    const int layer = small_.layer(name);
    std::vector<Seed> seeds = strongest_maps(*small_.backend, small_.trace, layer, 1, 1);
    const Shape& shape = small_.trace.output(layer).shape();
    seeds.push_back({0, 2, 0, shape.w - 1, 1.5F});  // corners, where windows meet the border
    seeds.push_back({1, 3, shape.h - 1, 0, 0.5F});
    for (const auto& [rule, lrn] : kWays) {
      Projector projector(small_.net, small_.trace, rule, lrn);
      const Projections projections = projector.project(layer, seeds);
      ASSERT_EQ(projections.at.size(), seeds.size());
      for (std::size_t i = 0; i < seeds.size(); ++i) {
        const Tensor expected = through_whole_maps(layer, only(layer, seeds[i]), seeds[i].image, rule, lrn);
        EXPECT_LT(relative_error(projections.whole(static_cast<int>(i)), expected), kTolerance) << name << ", seed " << i;
      }
    }
  }
}

TEST_F(ProjectTest, ProjectionIsNotEmptyAndStaysInItsField) {
  const int layer = small_.layer("conv3");
  const std::vector<ReceptiveField> fields = receptive_fields(small_.net.network());
  const std::vector<Seed> seeds = strongest_maps(*small_.backend, small_.trace, layer, 10, 0);
  Projector projector(small_.net, small_.trace, Rule::kDeconvnet);
  const Projections projections = projector.project(layer, seeds);
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    const int item = static_cast<int>(i);
    const PixelRect field = clip(field_at(fields[static_cast<std::size_t>(layer)], seeds[i].y, seeds[i].x), projections.input);
    const Tensor part = projections.part(item, field);
    EXPECT_EQ(part.shape(), (Shape{1, 3, field.h, field.w}));
    EXPECT_EQ(norm(part) > 0, seeds[i].value > 0) << i;
    EXPECT_DOUBLE_EQ(norm(part), norm(projections.whole(item)));
  }
}

TEST_F(ProjectTest, ChunksChangeNothing) {
  const int layer = small_.layer("conv3");
  const std::vector<Seed> seeds = strongest_places(*small_.backend, small_.trace, layer);
  Projector at_once(small_.net, small_.trace, Rule::kGuided);
  Projector one_by_one(small_.net, small_.trace, Rule::kGuided, LrnBackward::kPass, 1);
  Projector some(small_.net, small_.trace, Rule::kGuided, LrnBackward::kPass, std::size_t{1} << 18);
  const Projections expected = at_once.project(layer, seeds);
  for (Projector* projector : {&one_by_one, &some, &at_once}) {
    const Projections found = projector->project(layer, seeds);
    EXPECT_EQ(found.at, expected.at);
    EXPECT_LT(relative_error(found.pixels, expected.pixels), kTolerance);
  }
}

TEST_F(ProjectTest, NeedsNoMoreOfTheTraceThanIsSaid) {
  EXPECT_EQ(last_traced_layer(small_.net.network(), small_.layer("conv3"), Rule::kDeconvnet, LrnBackward::kPass), small_.layer("pool2"));
  EXPECT_EQ(last_traced_layer(small_.net.network(), small_.layer("conv1"), Rule::kDeconvnet, LrnBackward::kPass), -1);
  for (const char* name : {"norm1", "conv2", "conv3", "logits"}) {
    const int layer = small_.layer(name);
    const std::vector<Seed> seeds = strongest_maps(*small_.backend, small_.trace, layer, 4);
    for (const auto& [rule, lrn] : kWays) {
      Trace part;
      small_.net.forward(small_.trace.input(), part, last_traced_layer(small_.net.network(), layer, rule, lrn));
      const Projections expected = Projector(small_.net, small_.trace, rule, lrn).project(layer, seeds);
      const Projections found = Projector(small_.net, part, rule, lrn).project(layer, seeds);
      EXPECT_EQ(found.at, expected.at);
      EXPECT_EQ(relative_error(found.pixels, expected.pixels), 0) << name;
    }
  }
}

TEST_F(ProjectTest, WholeMapEqualsItsSignalThroughWholeMaps) {
  const int layer = small_.layer("conv2");
  const Tensor maps = small_.output("conv2");
  const std::vector<MapSeed> seeds{{1, 4}, {0, 4}, {0, 5}, {1, MapSeed::kAllMaps}};
  for (const Rule rule : kRules) {
    Projector projector(small_.net, small_.trace, rule);
    const Projections projections = projector.project_maps(layer, seeds);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      Tensor signal(maps.shape());
      for (int c = 0; c < maps.shape().c; ++c) {
        if (seeds[i].map != c && seeds[i].map != MapSeed::kAllMaps) continue;
        std::copy_n(maps.plane(seeds[i].image, c).begin(), maps.shape().plane(), signal.plane(seeds[i].image, c).begin());
      }
      const Tensor expected = through_whole_maps(layer, signal, seeds[i].image, rule, LrnBackward::kPass);
      EXPECT_LT(relative_error(projections.whole(static_cast<int>(i)), expected), kTolerance) << i;
    }
  }
}

TEST_F(ProjectTest, GradientIsLinear) {
  const int layer = small_.layer("conv2");
  Projector projector(small_.net, small_.trace, Rule::kGradient, LrnBackward::kDerivative);
  const Tensor maps = small_.backend->download(small_.trace.output(layer));
  std::vector<Seed> places;
  for (int y = 0; y < maps.shape().h; ++y) {
    for (int x = 0; x < maps.shape().w; ++x) {
      if (maps.at(0, 6, y, x) != 0) places.push_back({0, 6, y, x, maps.at(0, 6, y, x)});
    }
  }
  ASSERT_GT(places.size(), 1U);
  const Projections each = projector.project(layer, places);
  Tensor sum(Shape{1, 3, each.input.h, each.input.w});
  for (int i = 0; i < static_cast<int>(places.size()); ++i) {
    const Tensor one = each.whole(i);
    for (std::size_t k = 0; k < sum.size(); ++k) sum.values()[k] += one.values()[k];
  }
  const std::vector<MapSeed> map{{0, 6}};
  EXPECT_LT(relative_error(sum, projector.project_maps(layer, map).whole(0)), kTolerance);
}

TEST_F(ProjectTest, PositiveSeedsScaleEveryRule) {
  const int layer = small_.layer("conv3");
  std::vector<Seed> seeds = strongest_maps(*small_.backend, small_.trace, layer, 1);
  seeds.push_back(seeds[0]);
  seeds[1].value *= 2;
  for (const Rule rule : kRules) {
    const Projections projections = Projector(small_.net, small_.trace, rule).project(layer, seeds);
    Tensor doubled = projections.whole(0);
    for (float& value : doubled.values()) value *= 2;
    EXPECT_LT(relative_error(projections.whole(1), doubled), kTolerance);
  }
}

TEST_F(ProjectTest, NothingToProject) {
  Projector projector(small_.net, small_.trace, Rule::kDeconvnet);
  EXPECT_TRUE(projector.project(small_.layer("conv3"), {}).at.empty());
}

TEST_F(ProjectTest, RefusesWhatIsNotThere) {
  Projector projector(small_.net, small_.trace, Rule::kDeconvnet);
  const int layer = small_.layer("conv3");
  const std::vector<Seed> bad{{0, 10, 0, 0, 1}, {0, -1, 0, 0, 1}, {2, 0, 0, 0, 1}, {0, 0, 99, 0, 1}, {0, 0, 0, -1, 1}};
  for (const Seed& seed : bad) EXPECT_THROW((void)projector.project(layer, std::vector{seed}), Error);
  EXPECT_THROW((void)projector.project_maps(layer, std::vector{MapSeed{0, 10}}), Error);
  EXPECT_THROW((void)projector.project(small_.layer("prob"), std::vector{Seed{}}), Error);
}

}  // namespace
}  // namespace zf
