// Distances and probabilities of transformed photos against one image at a time in double precision; claims against curves
// whose numbers are known.
#include "core/analysis/invariance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/analysis/invariance_claims.h"
#include "tests/deconv/small_net.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

using test::SmallNet;
using testing::expect_error;

const std::vector<float> kSurround{0.1F, -0.2F, 0.3F};

Tensor photo(std::uint32_t seed) { return test::random_tensor({1, 3, 45, 60}, seed); }

struct Output {
  std::array<std::vector<double>, 2> features;
  std::vector<double> probabilities;
};

std::vector<double> doubles(const Tensor& tensor) { return {tensor.values().begin(), tensor.values().end()}; }

/// One transform alone through the net.
Output output_of(SmallNet& small, const Tensor& pixels, const Transform& transform, const std::array<int, 2>& layers) {
  const Shape input = small.net.network().input;
  Tensor view(input);
  transform_view(pixels, transform, input.map(), kSurround, view.values());
  DeviceTensor x;
  small.backend->upload(view, x);
  Trace trace;
  small.net.forward(x, trace);
  Output output;
  for (std::size_t k = 0; k < 2; ++k) output.features[k] = doubles(small.backend->download(trace.output(layers[k])));
  output.probabilities = doubles(small.backend->download(trace.output(small.layer("prob"))));
  return output;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

std::array<int, 2> layers_of(const SmallNet& small) { return {stage_end(small.net.network(), 1), stage_end(small.net.network(), 4)}; }

TEST(Invariance, ProbeMeasuresWhatOneImageAtATimeGives) {
  SmallNet small;
  const auto layers = layers_of(small);
  InvarianceProbe probe(small.net, layers, kSurround);
  probe.set_photo(photo(5));
  const std::vector<Transform> transforms{{.down = 3}, {.scale = 1.3}, {.angle = 70}, {.down = -2, .right = 1.5, .scale = 0.8, .angle = 9}};
  const std::vector<Response> responses = probe.measure(transforms);
  ASSERT_EQ(responses.size(), transforms.size());
  const Output clean = output_of(small, photo(5), {}, layers);
  for (std::size_t i = 0; i < transforms.size(); ++i) {
    const Output moved = output_of(small, photo(5), transforms[i], layers);
    for (std::size_t k = 0; k < 2; ++k) {
      const double expected = distance(clean.features[k], moved.features[k]);
      EXPECT_GT(expected, 0);
      EXPECT_NEAR(responses[i].distance[k], expected, 1e-5 * expected);
      EXPECT_NEAR(probe.norms()[k], distance(clean.features[k], std::vector<double>(clean.features[k].size(), 0.0)), 1e-5);
    }
    for (std::size_t c = 0; c < moved.probabilities.size(); ++c) {
      EXPECT_NEAR(responses[i].probabilities[c], moved.probabilities[c], 1e-6);
      EXPECT_NEAR(probe.probabilities()[c], clean.probabilities[c], 1e-6);
    }
  }
  const std::vector<Transform> none{{}};
  EXPECT_EQ(probe.measure(none)[0].distance[0], 0);
}

TEST(Invariance, JobMeasuresEveryPhotoAndAmount) {
  SmallNet small;
  InvarianceOptions options;
  options.layers = layers_of(small);
  options.surround = kSurround;
  options.amounts = {{{-2, 0, 2}, {1, 1.5}, {0, 90, 180, 270}}};
  options.batch = 4;  // leaves a batch of one
  const auto source = [](std::size_t i) {
    return InvariancePhoto{"photo " + std::to_string(i), photo(static_cast<std::uint32_t>(7 + i)), i == 0 ? 2 : -1};
  };
  InvarianceJob job(small.net, options, 2, source);
  double progress = 0;
  int steps = 1;
  for (; job.step() != Step::kDone; ++steps) {
    EXPECT_GT(job.progress(), progress);
    progress = job.progress();
  }
  EXPECT_EQ(steps, 6);
  EXPECT_EQ(job.progress(), 1);
  ASSERT_EQ(job.records().size(), 2U);
  EXPECT_EQ(job.records()[0].label, 2);
  EXPECT_TRUE(job.records()[0].true_class);
  EXPECT_EQ(job.records()[1].label, job.records()[1].top);
  for (std::size_t i = 0; i < 2; ++i) {
    const InvarianceRecord& record = job.records()[i];
    const Tensor pixels = photo(static_cast<std::uint32_t>(7 + i));
    const Output clean = output_of(small, pixels, {}, options.layers);
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      for (std::size_t a = 0; a < options.amounts[axis].size(); ++a) {
        const Output moved = output_of(small, pixels, along(static_cast<Axis>(axis), options.amounts[axis][a]), options.layers);
        for (std::size_t k = 0; k < 2; ++k) {
          EXPECT_NEAR(record.curves[axis].distance[k][a], distance(clean.features[k], moved.features[k]), 1e-5);
        }
        EXPECT_NEAR(record.curves[axis].probability[a], moved.probabilities[static_cast<std::size_t>(record.label)], 1e-6);
        const auto best = std::max_element(moved.probabilities.begin(), moved.probabilities.end()) - moved.probabilities.begin();
        EXPECT_EQ(record.curves[axis].top[a], best);
      }
    }
  }
}

TEST(Invariance, FewerPhotosThanThereMightBeAreAllThereAre) {
  SmallNet small;
  InvarianceOptions options;
  options.layers = layers_of(small);
  options.surround = kSurround;
  options.amounts = {{{-2, 0, 2}, {}, {}}};
  for (const std::size_t there : {0, 2}) {
    InvarianceJob job(small.net, options, 5, [&](std::size_t i) {
      return i < there ? std::optional(InvariancePhoto{"photo " + std::to_string(i), photo(7), -1}) : std::nullopt;
    });
    run(job);
    EXPECT_EQ(job.records().size(), there);
    EXPECT_EQ(job.progress(), 1);
  }
}

TEST(Invariance, SurroundsAreColoursBeforePreprocessing) {
  Preprocess p;
  p.scale = 0.5F;
  p.mean = {10, 20, 30};
  p.std = {1, 2, 4};
  EXPECT_EQ(surround_values(Surround::kMean, p), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(surround_values(Surround::kGrey, p), (std::vector<float>{54, 22, 8.5F}));
  EXPECT_TRUE(surround_values(Surround::kEdge, p).empty());
}

TEST(Invariance, DefaultsAreThePapersRanges) {
  const auto amounts = default_amounts(224);
  EXPECT_EQ(amounts[0].front(), -60);
  EXPECT_EQ(amounts[0].back(), 60);
  EXPECT_EQ(amounts[1].front(), 1);
  EXPECT_DOUBLE_EQ(amounts[1].back(), 1.8);
  EXPECT_EQ(amounts[2].back(), 350);
  EXPECT_EQ(default_amounts(112)[0].back(), 36);
}

/// Layer 1 saturates, layer 2 grows in a straight line; the class is lost from `lost` on.
InvarianceRecord record(double reach, int lost) {
  InvarianceRecord r;
  r.norm = {10, 20};
  r.top = 1;
  r.probability = 0.9;
  InvarianceCurve& curve = r.curves[0];
  const std::vector<double> amounts{-4, -3, -2, -1, 0, 1, 2, 3, 4};
  for (const double amount : amounts) {
    const double size = std::abs(amount);
    curve.distance[0].push_back(size == 0 ? 0 : size == 1 ? 0.8 * reach : reach);
    curve.distance[1].push_back(size);
    curve.probability.push_back(size >= lost ? 0.4 : 0.9);
    curve.top.push_back(size >= lost ? 0 : 1);
  }
  return r;
}

TEST(Invariance, ClaimsAreTheNumbersOfTheCurves) {
  const std::array<std::vector<double>, kAxes> amounts{{{-4, -3, -2, -1, 0, 1, 2, 3, 4}, {}, {}}};
  const std::vector<InvarianceRecord> records{record(5, 4), record(6, 2)};
  const InvarianceClaims claims = invariance_claims(records, amounts);
  ASSERT_EQ(claims.axes.size(), 1U);
  const AxisClaims& axis = claims.axes[0];
  EXPECT_EQ(axis.photos, 2U);
  EXPECT_EQ(axis.small, 1);
  EXPECT_DOUBLE_EQ(axis.early[0].value, 0.8);
  EXPECT_DOUBLE_EQ(axis.early[1].value, 0.25);
  EXPECT_DOUBLE_EQ(axis.early_ratio.value, 3.2);
  EXPECT_NEAR(axis.early_ratio.low, 3.2, 1e-12);
  EXPECT_DOUBLE_EQ(axis.relative[0].value, 0.8 * 5.5 / 10);
  EXPECT_DOUBLE_EQ(axis.relative_ratio.value, 0.8 * 5.5 / 10 / 0.05);
  EXPECT_NEAR(axis.linearity[1]->value, 1, 1e-12);
  EXPECT_LT(axis.linearity[0]->value, 0.8);
  EXPECT_DOUBLE_EQ(axis.kept.value, (7.0 / 9 + 3.0 / 9) / 2);
  EXPECT_DOUBLE_EQ(axis.change.value, 0.5 * (2.0 / 9 + 6.0 / 9) / 2);
  EXPECT_FALSE(claims.translation_over_rotation);
}

TEST(Invariance, RotationIsComparedPhotoByPhoto) {
  const std::array<std::vector<double>, kAxes> amounts{{{-4, -3, -2, -1, 0, 1, 2, 3, 4}, {}, {0, 10, 350}}};
  std::vector<InvarianceRecord> records{record(5, 4), record(6, 2)};
  for (InvarianceRecord& r : records) {
    r.curves[2].distance = {{{0, 2, 4}, {0, 1, 3}}};
    r.curves[2].probability = {0.9, 0.5, 0.5};
    r.curves[2].top = {1, 0, 0};
  }
  const InvarianceClaims claims = invariance_claims(records, amounts);
  ASSERT_EQ(claims.axes.size(), 2U);
  EXPECT_EQ(claims.axes[1].small, 10);
  // 10 and -10 degrees.
  EXPECT_DOUBLE_EQ(claims.axes[1].early[0].value, 0.75);
  EXPECT_FALSE(claims.axes[1].linearity[0]);
  EXPECT_NEAR(claims.translation_over_rotation->value, 5.0 / 9 - 1.0 / 3, 1e-12);
}

TEST(Invariance, PhotosWithoutFeaturesDoNotCount) {
  const std::array<std::vector<double>, kAxes> amounts{{{-4, -3, -2, -1, 0, 1, 2, 3, 4}, {}, {}}};
  std::vector<InvarianceRecord> records{record(5, 4), record(6, 2)};
  records[0].norm[1] = 0;
  EXPECT_EQ(invariance_claims(records, amounts).axes.at(0).photos, 1U);
  records.pop_back();
  EXPECT_TRUE(invariance_claims(records, amounts).axes.empty());
}

TEST(Invariance, BadInputIsAnError) {
  SmallNet small;
  expect_error([&] { InvarianceProbe(small.net, {0, small.layer("prob")}, kSurround); }, {"up to the class scores"});
  InvarianceProbe probe(small.net, layers_of(small), kSurround);
  const std::vector<Transform> some{{.down = 1}};
  expect_error([&] { (void)probe.measure(some); }, {"a photo", "none"});
  expect_error([&] { probe.set_photo(test::random_tensor({1, 3, 20, 60}, 1)); }, {"at least 37x41", "1x3x20x60"});
  const auto source = [](std::size_t) { return InvariancePhoto{"dog.jpg", photo(1), 5}; };
  InvarianceOptions options;
  options.layers = layers_of(small);
  options.surround = kSurround;
  expect_error([&] { InvarianceJob(small.net, options, 1, source); }, {"at least one amount"});
  options.amounts[1] = {1, -1};
  expect_error([&] { InvarianceJob(small.net, options, 1, source); }, {"scale above 0", "-1"});
  options.amounts[1] = {1};
  InvarianceJob job(small.net, options, 1, source);
  expect_error([&] { job.step(); }, {"dog.jpg", "0 to 4", "found 5"});
}

}  // namespace
}  // namespace zf
