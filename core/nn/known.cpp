#include "core/nn/known.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/tensor/error.h"

namespace zf {

float energy_score(std::span<const float> logits) {
  if (logits.empty()) fail("logits: expected at least one class, found none");
  for (const float logit : logits) {
    if (!std::isfinite(logit)) fail("logits: expected finite numbers, found {}", logit);
  }
  const float highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - highest);
  return static_cast<float>(highest + std::log(sum));
}

std::optional<Knowledge> judge(const std::optional<KnownRule>& rule, std::span<const float> logits) {
  if (!rule) return std::nullopt;
  return Knowledge{energy_score(logits), rule->threshold};
}

std::optional<KnownRule> known_rule(std::span<const ScoredPhoto> photos) {
  std::vector<float> scores;
  const bool any_right = std::any_of(photos.begin(), photos.end(), [](const ScoredPhoto& photo) { return photo.right; });
  for (const ScoredPhoto& photo : photos) {
    if (photo.right || !any_right) scores.push_back(photo.score);
  }
  if (scores.empty()) return std::nullopt;
  const auto stay = static_cast<std::size_t>(std::ceil(kStayKnown * static_cast<double>(scores.size())));
  const auto last = scores.begin() + static_cast<std::ptrdiff_t>(scores.size() - stay);
  std::nth_element(scores.begin(), last, scores.end());
  return KnownRule{*last - kScoreSlack};
}

double share_known(std::span<const float> scores, const KnownRule& rule) {
  if (scores.empty()) return 0;
  const auto known = std::count_if(scores.begin(), scores.end(), [&](float score) { return score >= rule.threshold; });
  return static_cast<double>(known) / static_cast<double>(scores.size());
}

double auroc(std::span<const float> known, std::span<const float> unknown) {
  if (known.empty() || unknown.empty()) return 0;
  std::vector<float> sorted(unknown.begin(), unknown.end());
  std::sort(sorted.begin(), sorted.end());
  double wins = 0;
  for (const float score : known) {
    const auto [lower, upper] = std::equal_range(sorted.begin(), sorted.end(), score);
    wins += static_cast<double>(lower - sorted.begin()) + static_cast<double>(upper - lower) / 2;
  }
  return wins / (static_cast<double>(known.size()) * static_cast<double>(unknown.size()));
}

}  // namespace zf
