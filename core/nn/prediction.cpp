#include "core/nn/prediction.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/nn/near.h"
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
  if (i >= classes.size() || classes[i].empty()) return fmt::format("class {}", index);
  return std::count(classes.begin(), classes.end(), classes[i]) > 1 ? fmt::format("{} ({})", classes[i], index) : classes[i];
}

bool same_class(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return folded(x) == folded(y); });
}

int find_class(std::span<const std::string> classes, std::string_view name) {
  auto found = std::find(classes.begin(), classes.end(), name);
  if (found == classes.end()) {
    found = std::find_if(classes.begin(), classes.end(), [&](const std::string& other) { return same_class(other, name); });
  }
  return found == classes.end() ? -1 : static_cast<int>(found - classes.begin());
}

}  // namespace zf
