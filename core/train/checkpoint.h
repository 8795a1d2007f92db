#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/nn/net.h"

namespace zf {

/// One line of a run's log.
struct EpochLog {
  int epoch = 0;    ///< from 1
  double rate = 0;  ///< of its last step
  double train_loss = 0;
  double train_top1_error = 0;  ///< with dropout, on the crops that were trained on
  double val_loss = 0;
  double val_top1_error = 0;
  double val_top5_error = 0;
  double seconds = 0;  ///< since the run began, without pauses between its parts
};

/// Where a run stands, so that it goes on exactly as if it had not been stopped.
struct TrainingState {
  int epoch = 0;             ///< from 0; the number of finished ones
  int step = 0;              ///< finished in this epoch
  double loss = 0;           ///< summed over this epoch's photos so far
  std::int64_t correct = 0;  ///< of them
  std::int64_t photos = 0;
  double plateau = 1;  ///< factor on the rate
  int stale = 0;       ///< epochs since the validation error fell
  double best_error = 1;
  double seconds = 0;
  std::vector<EpochLog> log;
};

/// A run's checkpoint: weights and velocities in full precision.
struct Checkpoint {
  nlohmann::json setup;  ///< one key a setting that the run's result follows from
  TrainingState state;
  Parameters weights;
  Parameters velocities;  ///< by the names of their weights
};

/// Writes the file whole or not at all.
void save_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/// Throws an Error that names the file where it is no checkpoint.
[[nodiscard]] Checkpoint load_checkpoint(const std::string& path);

/// The log as CSV with a header line.
[[nodiscard]] std::string to_csv(const std::vector<EpochLog>& log);

}  // namespace zf
