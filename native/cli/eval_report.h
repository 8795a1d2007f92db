#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/nn/known.h"
#include "core/train/evaluate.h"

namespace zf::cli {

/// How well the energy tells the photos of --data from those of --unknown.
struct Telling {
  KnownRule rule;                 ///< the model's, or with --calibrate that of the photos of --data
  double known = 0;               ///< the part of --data that reaches the threshold
  double rightly_named = 0;       ///< likewise of those that are named rightly
  std::optional<double> unknown;  ///< likewise of --unknown
  std::optional<double> auroc;    ///< of --data against --unknown
  std::int64_t unknown_photos = 0;
};

[[nodiscard]] std::vector<float> scores_of(std::span<const ScoredPhoto> photos, bool only_right = false);
/// Of the photos of --data alone.
[[nodiscard]] Telling tell_known(const KnownRule& rule, std::span<const ScoredPhoto> photos);

/// What `eval` found: one model's numbers alone; of several together each model's, too.
struct EvalReport {
  EvaluationResult all;
  std::vector<std::pair<std::string, EvaluationResult>> members;  ///< models by name
  nlohmann::ordered_json skipped;                                 ///< [{"image", "why"}]
  std::optional<Telling> telling;

  void print(bool json) const;
};

}  // namespace zf::cli
