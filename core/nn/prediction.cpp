#include "core/nn/prediction.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/tensor/error.h"

namespace zf {

std::vector<float> probabilities(std::span<const float> logits) {
  for (const float logit : logits) {
    if (!std::isfinite(logit)) fail("logits: expected finite numbers, found {}", logit);
  }
  if (logits.empty()) fail("logits: expected at least one class, found none");
  const float highest = *std::max_element(logits.begin(), logits.end());
  std::vector<float> result(logits.size());
  std::transform(logits.begin(), logits.end(), result.begin(), [&](float logit) { return std::exp(logit - highest); });
  const float sum = std::accumulate(result.begin(), result.end(), 0.0F);
  for (float& p : result) p /= sum;
  return result;
}

std::vector<ClassScore> top_classes(std::span<const float> probabilities, int count) {
  std::vector<ClassScore> scores(probabilities.size());
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = {static_cast<int>(i), probabilities[i]};
  std::stable_sort(scores.begin(), scores.end(), [](const ClassScore& a, const ClassScore& b) { return a.p > b.p; });
  scores.resize(std::min(scores.size(), static_cast<std::size_t>(std::max(count, 0))));
  return scores;
}

std::string class_name(std::span<const std::string> classes, int index) {
  const auto i = static_cast<std::size_t>(index);
  return i < classes.size() ? classes[i] : fmt::format("class {}", index);
}

}  // namespace zf
