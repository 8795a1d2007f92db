#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "core/figures/picture.h"
#include "core/train/checkpoint.h"

namespace zf {

/// The errors of a run over its epochs, of which there is one at least.
[[nodiscard]] Picture draw_learning_curve(std::span<const EpochLog> log);

/// {"epochs", "train_loss", "train_top1_error", "val_top1_error", "val_top5_error", "seconds"}: how a run stands after an epoch.
[[nodiscard]] nlohmann::ordered_json epoch_json(const EpochLog& line);

}  // namespace zf
