#include "core/train/ensemble.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

void add(std::span<const float> probabilities, std::vector<float>& sum) {
  if (probabilities.size() != sum.size()) fail("ensemble: expected {} classes, found {}", sum.size(), probabilities.size());
  std::transform(probabilities.begin(), probabilities.end(), sum.begin(), sum.begin(), std::plus<>());
}

}  // namespace

Ensemble::Ensemble(std::vector<std::unique_ptr<Evaluation>> members) : members_(std::move(members)) {
  if (members_.empty()) fail("ensemble: expected models, found none");
}

bool Ensemble::step() {
  bool more = false;
  for (const auto& member : members_) more = member->step() || more;
  const Evaluation& first = *members_.front();
  for (const auto& member : members_) {
    const auto a = member->labels();
    const auto b = first.labels();
    if (!std::equal(a.begin(), a.end(), b.begin(), b.end())) fail("ensemble: expected the same photos for every model, found others");
  }
  for (std::size_t photo = 0; photo < first.labels().size(); ++photo) {
    std::vector<float> sum(first.probabilities()[photo].size(), 0.0F);
    for (const auto& member : members_) add(member->probabilities()[photo], sum);
    for (float& p : sum) p /= static_cast<float>(members_.size());
    tally_.add(sum, first.labels()[photo]);
  }
  return more;
}

EvaluationResult Ensemble::result() const {
  EvaluationResult result = tally_.result();
  const EvaluationResult first = members_.front()->result();
  result.skipped = first.skipped;
  result.crops = first.crops;
  return result;
}

}  // namespace zf
