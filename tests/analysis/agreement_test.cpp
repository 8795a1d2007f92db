// What occlusion says about projections, against sums and ranks worked out by hand.
#include "core/analysis/agreement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/expect_error.h"

namespace zf::testing {
namespace {

/// Two rows of two places of 2x2 squares on a 4x4 image, two classes.
OcclusionMaps four_places() {
  return {.y = {0, 2},
          .x = {0, 2},
          .size = 2,
          .classes = 2,
          .logits = {0, 0, 1, 0, 2, 0, 3, 0},
          .activation = {1, 2, 3, 4},
          .clean_logits = {4, 0},
          .clean_activation = 5};
}

Tensor projection() {
  Tensor pixels({1, 2, 4, 4});
  pixels.at(0, 0, 0, 0) = 3;   // first square: 9
  pixels.at(0, 1, 1, 2) = -2;  // second: 4 + 1
  pixels.at(0, 0, 1, 3) = 1;
  pixels.at(0, 0, 2, 0) = 1;  // third: 1
  return pixels;
}

double p(double logit) { return 1 / (1 + std::exp(-logit)); }

TEST(Agreement, EnergyIsTheShareOfSquaresUnderEachSquare) {
  const std::vector<float> energy = energy_under_squares(four_places(), projection());
  const std::vector<double> expected{9.0 / 15, 5.0 / 15, 1.0 / 15, 0};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(energy[i], expected[i], 1e-6);
  OcclusionMaps hanging = four_places();
  hanging.y = {-1, 3};
  EXPECT_NEAR(energy_under_squares(hanging, projection())[0], 9.0 / 15, 1e-6);
}

TEST(Agreement, CoveredEnergyAgainstWhatIsLost) {
  const OcclusionAgreement found = occlusion_agreement(four_places(), projection(), 0);
  EXPECT_NEAR(found.activation.value(), 1, 1e-12);
  EXPECT_NEAR(found.probability.value(), 1, 1e-12);
  EXPECT_NEAR(found.lost_on, p(4) - p(0), 1e-6);
  EXPECT_NEAR(found.lost_off, p(4) - p(3), 1e-6);
  EXPECT_NEAR(found.worst, p(4) - p(0), 1e-6);
  // The other class gains where this one loses.
  EXPECT_NEAR(occlusion_agreement(four_places(), projection(), 1).probability.value(), -1, 1e-12);
}

TEST(Agreement, ClaimsAreMeansOverPhotos) {
  const std::vector<OcclusionAgreement> photos{{0.5, 0.2, 0.4, 0.1, 0.9}, {0.7, std::nullopt, 0.2, 0.1, 0.5}};
  const OcclusionClaims claims = occlusion_claims(photos);
  EXPECT_NEAR(claims.activation.value().value, 0.6, 1e-12);
  EXPECT_NEAR(claims.probability.value().value, 0.2, 1e-12);
  EXPECT_NEAR(claims.lost_on_minus_off.value, 0.2, 1e-12);
  EXPECT_NEAR(claims.worst.value, 0.7, 1e-12);
  EXPECT_LE(claims.worst.low, claims.worst.value);
  EXPECT_GE(claims.worst.high, claims.worst.value);
  expect_error([&] { (void)occlusion_claims(std::span(photos).first(1)); }, {"at least 2 photos"});
}

}  // namespace
}  // namespace zf::testing
