// Fig. 6's numbers of one model against one photo at a time and a maximum over everything.
#include "core/analysis/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/analysis/comparison_claims.h"
#include "core/nn/receptive_field.h"
#include "tests/deconv/small_net.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

using test::SmallNet;
using testing::expect_error;

constexpr std::size_t kProfiledPhotos = 7;

Tensor profiled(std::size_t i) { return test::random_tensor({1, 3, 37, 41}, static_cast<std::uint32_t>(300 + i)); }

struct Best {
  float value = 0;
  std::size_t photo = 0;
  Seed seed;
};

/// Of every map of a layer, over all photos.
std::vector<Best> best_of(SmallNet& small, int layer) {
  std::vector<Best> best(static_cast<std::size_t>(small.net.shapes()[static_cast<std::size_t>(layer)].c));
  for (std::size_t i = 0; i < kProfiledPhotos; ++i) {
    DeviceTensor x;
    small.backend->upload(profiled(i), x);
    Trace trace;
    small.net.forward(x, trace);
    const Tensor maps = small.backend->download(trace.output(layer));
    for (int m = 0; m < maps.shape().c; ++m) {
      for (int y = 0; y < maps.shape().h; ++y) {
        for (int column = 0; column < maps.shape().w; ++column) {
          Best& b = best[static_cast<std::size_t>(m)];
          const float value = maps.at(0, m, y, column);
          if (value > b.value) b = {value, i, {0, m, y, column, value}};
        }
      }
    }
  }
  return best;
}

TEST(Comparison, ProfileIsThatOfOnePhotoAtATime) {
  SmallNet small;
  ProfileJob job(small.net, {.dead = 0.5, .batch = 3}, kProfiledPhotos, profiled);
  while (job.step() != Step::kDone) EXPECT_LT(job.progress(), 1);
  EXPECT_EQ(job.progress(), 1);
  const ModelProfile& profile = job.profile();
  EXPECT_EQ(profile.stride, 2);
  EXPECT_EQ(profile.filters.shape(), (Shape{8, 3, 5, 5}));
  ASSERT_EQ(profile.layers.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    const std::vector<Best> best = best_of(small, small.layer(profile.layers[k].layer));
    float most = 0;
    for (const Best& b : best) most = std::max(most, b.value);
    double dead = 0;
    for (std::size_t m = 0; m < best.size(); ++m) {
      EXPECT_NEAR(profile.layers[k].greatest[m], best[m].value, 1e-5F * most);
      dead += best[m].value <= 0.5F * most ? 1 : 0;
    }
    EXPECT_NEAR(profile.layers[k].dead, dead / static_cast<double>(best.size()), 1e-12);
  }
  EXPECT_EQ(profile.layers[1].layer, "conv2");
  const int second = small.layer("conv2");
  const ReceptiveField field = receptive_fields(small.net.network())[static_cast<std::size_t>(second)];
  for (const Best& b : best_of(small, second)) {
    if (b.value == 0) continue;
    DeviceTensor x;
    small.backend->upload(profiled(b.photo), x);
    Trace trace;
    small.net.forward(x, trace);
    const std::vector<Seed> seeds{b.seed};
    const Tensor expected =
        Projector(small.net, trace, Rule::kDeconvnet).project(second, seeds).part(0, field_at(field, b.seed.y, b.seed.x));
    for (int c = 0; c < 3; ++c) {
      for (std::size_t i = 0; i < expected.plane(0, c).size(); ++i) {
        EXPECT_NEAR(profile.projections.plane(b.seed.map, c)[i], expected.plane(0, c)[i], 1e-4);
      }
    }
  }
}

TEST(Comparison, FewerPhotosThanThereMightBeAreAsThoseAlone) {
  SmallNet small;
  for (const std::size_t there : {0, 2, 3, 4}) {
    ProfileJob expected(small.net, {.batch = 3}, there, profiled);
    ProfileJob found(small.net, {.batch = 3}, kProfiledPhotos,
                     [&](std::size_t i) { return i < there ? std::optional(profiled(i)) : std::nullopt; });
    run(expected);
    run(found);
    EXPECT_EQ(found.progress(), 1);
    EXPECT_EQ(found.profile().photos, there);
    ASSERT_EQ(found.profile().layers.size(), expected.profile().layers.size());
    for (std::size_t k = 0; k < expected.profile().layers.size(); ++k) {
      EXPECT_EQ(found.profile().layers[k].greatest, expected.profile().layers[k].greatest);
      EXPECT_EQ(found.profile().layers[k].dead, expected.profile().layers[k].dead);
    }
    EXPECT_TRUE(std::equal(found.profile().projections.values().begin(), found.profile().projections.values().end(),
                           expected.profile().projections.values().begin(), expected.profile().projections.values().end()));
  }
}

TEST(Comparison, WithoutPhotosThereAreFiltersOnly) {
  SmallNet small;
  ProfileJob job(small.net, {}, 0, profiled);
  EXPECT_EQ(job.step(), Step::kDone);
  EXPECT_EQ(job.progress(), 1);
  EXPECT_EQ(job.profile().measures.size(), 8U);
  EXPECT_TRUE(job.profile().layers.empty());
  EXPECT_TRUE(job.profile().projections.empty());
}

TEST(Comparison, ClaimsAreMeansAndDifferencesOfMeans) {
  ModelProfile a;
  a.measures.resize(3);
  for (std::size_t i = 0; i < 3; ++i) {
    a.measures[i].rms = 1;
    a.measures[i].aliased = 0.1 * static_cast<double>(i + 1);
    a.measures[i].bands = {0.5, 0.3, 0.2};
  }
  a.measures[2].rms = 4;
  a.layers = {{"conv1", {0, 0.5F, 100, 90}, 0}};
  ModelProfile b = a;
  for (FilterMeasure& filter : b.measures) filter.aliased += 0.25;
  b.layers = {{"conv1", {50, 0.5F, 100, 90}, 0}};
  const ProfileClaims claims = profile_claims(a, {});
  EXPECT_NEAR(claims.aliased.value, 0.2, 1e-12);
  EXPECT_NEAR(claims.bands[1].low, 0.3, 1e-12);
  EXPECT_DOUBLE_EQ(claims.dominance.value, 4);
  ASSERT_EQ(claims.dead.size(), 1U);
  EXPECT_DOUBLE_EQ(claims.dead[0].value, 0.5);
  const ProfileDifference difference = profile_difference(b, a, {});
  EXPECT_NEAR(difference.aliased.value, 0.25, 1e-12);
  EXPECT_LT(difference.aliased.low, 0.25);
  EXPECT_DOUBLE_EQ(difference.dead.at(0).value, -0.25);
  EXPECT_EQ(dead_limit({-1, -2}, 0.5), 0);
}

TEST(Comparison, BadInputIsAnError) {
  SmallNet small;
  expect_error([&] { ProfileJob(small.net, {.dead = 1}, 1, profiled); }, {"0 <= dead < 1"});
  ProfileJob job(small.net, {}, 1, [](std::size_t) { return test::random_tensor({1, 3, 20, 20}, 1); });
  expect_error([&] { job.step(); }, {"1x3x37x41", "1x3x20x20"});
}

}  // namespace
}  // namespace zf
