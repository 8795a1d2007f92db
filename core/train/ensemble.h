#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "core/train/evaluate.h"

namespace zf {

/// Networks that answer together (Table 2): the mean of their class probabilities. Each looks at the photos at its own size.
class Ensemble final : public Job {
 public:
  /// Evaluations of the same dataset in batches of the same size. Throws where there is none.
  explicit Ensemble(std::vector<std::unique_ptr<Evaluation>> members);

  /// A step of every member. Throws where members disagree on the photos that can be read, as when they change meanwhile, or on the
  /// number of classes.
  Step step() override;
  [[nodiscard]] double progress() const override { return members_.front()->progress(); }
  /// Of all together.
  [[nodiscard]] EvaluationResult result() const;
  [[nodiscard]] const std::vector<std::unique_ptr<Evaluation>>& members() const { return members_; }
  /// Of all together, of each batch so far.
  [[nodiscard]] const std::vector<Verdicts>& verdicts() const { return verdicts_; }

 private:
  struct Answers {
    std::vector<int> labels;
    std::vector<std::vector<float>> probabilities;
  };
  void join();

  std::vector<std::unique_ptr<Evaluation>> members_;
  std::vector<std::deque<Answers>> answers_;  ///< of each member, batches that the others have not answered yet
  std::vector<Verdicts> verdicts_;
};

}  // namespace zf
