#include "core/analysis/agreement.h"

#include <algorithm>
#include <numeric>

#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// Sums over rectangles from the image's corner: sum(y, x) of the rows above y and the columns left of x.
class Summed {
 public:
  explicit Summed(const Tensor& pixels)
      : h_(pixels.shape().h),
        w_(pixels.shape().w),
        pitch_(static_cast<std::size_t>(w_) + 1),
        sums_(pitch_ * (static_cast<std::size_t>(h_) + 1)) {
    for (int y = 0; y < h_; ++y) {
      double row = 0;
      for (int x = 0; x < w_; ++x) {
        for (int c = 0; c < pixels.shape().c; ++c)
          row += static_cast<double>(pixels.at(0, c, y, x)) * static_cast<double>(pixels.at(0, c, y, x));
        at(y + 1, x + 1) = at(y, x + 1) + row;
      }
    }
  }

  /// Over a square, what hangs over the image left out.
  [[nodiscard]] double square(int top, int left, int size) {
    const int y0 = std::clamp(top, 0, h_);
    const int y1 = std::clamp(top + size, 0, h_);
    const int x0 = std::clamp(left, 0, w_);
    const int x1 = std::clamp(left + size, 0, w_);
    return at(y1, x1) - at(y0, x1) - at(y1, x0) + at(y0, x0);
  }
  [[nodiscard]] double all() { return at(h_, w_); }

 private:
  [[nodiscard]] double& at(int y, int x) { return sums_[static_cast<std::size_t>(y) * pitch_ + static_cast<std::size_t>(x)]; }

  int h_;
  int w_;
  std::size_t pitch_;
  std::vector<double> sums_;
};

std::vector<double> lost(double clean, const std::vector<float>& values) {
  std::vector<double> result;
  for (const float value : values) result.push_back(clean - static_cast<double>(value));
  return result;
}

double mean_of(const std::vector<double>& values, std::span<const std::size_t> which) {
  double sum = 0;
  for (const std::size_t i : which) sum += values[i];
  return sum / static_cast<double>(which.size());
}

std::optional<Estimate> estimate(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return bootstrap_mean(values);
}

}  // namespace

std::vector<float> energy_under_squares(const OcclusionMaps& maps, const Tensor& projection) {
  Summed energy(projection);
  const double all = energy.all();
  std::vector<float> result;
  for (const int top : maps.y) {
    for (const int left : maps.x) result.push_back(all > 0 ? static_cast<float>(energy.square(top, left, maps.size) / all) : 0.0F);
  }
  return result;
}

OcclusionAgreement occlusion_agreement(const OcclusionMaps& maps, const Tensor& projection, int label) {
  constexpr std::size_t kQuarter = 4;
  const std::vector<float> shares = energy_under_squares(maps, projection);
  const std::vector<double> energy(shares.begin(), shares.end());
  if (energy.size() < kQuarter) fail("agreement: expected at least {} places, found {}", kQuarter, energy.size());
  const double p = probabilities(maps.clean_logits)[static_cast<std::size_t>(label)];
  const std::vector<double> activation = lost(maps.clean_activation, maps.activation);
  const std::vector<double> probability = lost(p, maps.probability(label));

  std::vector<std::size_t> order(energy.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return energy[a] > energy[b]; });
  const std::size_t quarter = order.size() / kQuarter;
  OcclusionAgreement result;
  result.activation = rank_correlation(energy, activation);
  result.probability = rank_correlation(energy, probability);
  result.lost_on = mean_of(probability, std::span(order).first(quarter));
  result.lost_off = mean_of(probability, std::span(order).last(quarter));
  result.worst = *std::max_element(probability.begin(), probability.end());
  return result;
}

OcclusionClaims occlusion_claims(std::span<const OcclusionAgreement> photos) {
  if (photos.size() < 2) fail("agreement: expected at least 2 photos, found {}", photos.size());
  std::vector<double> activation;
  std::vector<double> probability;
  std::vector<double> on;
  std::vector<double> off;
  std::vector<double> worst;
  for (const OcclusionAgreement& photo : photos) {
    if (photo.activation) activation.push_back(*photo.activation);
    if (photo.probability) probability.push_back(*photo.probability);
    on.push_back(photo.lost_on);
    off.push_back(photo.lost_off);
    worst.push_back(photo.worst);
  }
  return {photos.size(), estimate(activation), estimate(probability), bootstrap_difference(on, off), bootstrap_mean(worst)};
}

}  // namespace zf
