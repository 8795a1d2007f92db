#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/data/part.h"
#include "core/data/photo_store.h"
#include "core/io/model.h"
#include "core/train/ensemble.h"
#include "native/cli/sharding.h"

namespace zf::cli {

/// A model of `eval` and its way through the photos.
struct EvalMember {
  std::string name;
  Model model;
  std::unique_ptr<Net> net;
  std::unique_ptr<PhotoStore> photos;
};
using EvalMembers = std::vector<std::unique_ptr<EvalMember>>;  // their places in memory stay, since evaluations look at them

/// A shard's part of `eval`: what every model and all together say of its batches of photos.
class EvalPart {
 public:
  /// `options` have the shard. Goes on with what is in `out`. `members` must outlive it.
  EvalPart(const EvalMembers& members, const EvaluationOptions& options, std::filesystem::path out);

  /// Batches that are done.
  [[nodiscard]] int done() const { return static_cast<int>(part_.results.size()); }
  /// Runs the batches behind them and writes the part, also every now and then and where it is interrupted.
  void run(Ensemble& ensemble, bool as_json);

 private:
  void take(const Ensemble& ensemble);
  void save() const;

  const EvalMembers* members_;
  EvaluationOptions options_;
  std::filesystem::path out_;
  ShardLock lock_;
  Part part_;
};

/// Prints what `eval` would have printed of all photos.
void merge_eval(const std::vector<std::filesystem::path>& parts, bool as_json);

}  // namespace zf::cli
