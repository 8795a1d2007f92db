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

Ensemble::Ensemble(std::vector<std::unique_ptr<Evaluation>> members) : members_(std::move(members)), answers_(members_.size()) {
  if (members_.empty()) fail("ensemble: expected models, found none");
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i]->set_sink([this, i](std::span<const int> labels, std::span<const std::vector<float>> probabilities) {
      answers_[i].push_back({{labels.begin(), labels.end()}, {probabilities.begin(), probabilities.end()}});
    });
  }
}

Step Ensemble::step() {
  bool done = true;
  bool waiting = true;
  for (const auto& member : members_) {
    const Step step = member->step();
    done = done && step == Step::kDone;
    waiting = waiting && step != Step::kMore;
  }
  const auto answered = [](const std::deque<Answers>& answers) { return !answers.empty(); };
  while (std::all_of(answers_.begin(), answers_.end(), answered)) join();
  if (done) return Step::kDone;
  return waiting ? Step::kWaiting : Step::kMore;
}

/// The members' oldest batch.
void Ensemble::join() {
  const Answers first = answers_.front().front();
  for (const std::deque<Answers>& answers : answers_) {
    if (answers.front().labels != first.labels) fail("ensemble: expected the same photos for every model, found others");
  }
  Verdicts& verdicts = verdicts_.emplace_back();
  verdicts.skipped = members_.front()->verdicts().at(verdicts_.size() - 1).skipped;
  for (std::size_t photo = 0; photo < first.labels.size(); ++photo) {
    std::vector<float> sum(first.probabilities[photo].size(), 0.0F);
    for (const std::deque<Answers>& answers : answers_) add(answers.front().probabilities[photo], sum);
    for (float& p : sum) p /= static_cast<float>(members_.size());
    verdicts.photos.push_back(verdict_on(sum, first.labels[photo]));
  }
  for (std::deque<Answers>& answers : answers_) answers.pop_front();
}

EvaluationResult Ensemble::result() const {
  EvaluationResult result = tally(verdicts_);
  result.crops = members_.front()->result().crops;
  return result;
}

}  // namespace zf
