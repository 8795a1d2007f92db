#pragma once

#include <memory>
#include <vector>

#include "core/train/evaluate.h"

namespace zf {

/// Networks that answer together (Table 2): the mean of their class probabilities. Each looks at the photos at its own size.
class Ensemble {
 public:
  /// Evaluations of the same dataset in batches of the same size. Throws where there is none.
  explicit Ensemble(std::vector<std::unique_ptr<Evaluation>> members);

  /// One batch of every member; false when there is nothing left to do. Throws where members disagree on the photos that can be
  /// read, as when they change meanwhile, or on the number of classes.
  bool step();
  [[nodiscard]] double progress() const { return members_.front()->progress(); }
  /// Of all together.
  [[nodiscard]] EvaluationResult result() const;
  [[nodiscard]] const std::vector<std::unique_ptr<Evaluation>>& members() const { return members_; }

 private:
  std::vector<std::unique_ptr<Evaluation>> members_;
  Tally tally_;
};

}  // namespace zf
