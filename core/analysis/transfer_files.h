#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/transfer.h"

namespace zf {

// The files of a Transfer.

[[nodiscard]] nlohmann::ordered_json to_json(const TransferResult& result);

void write_transfer_results(const std::string& path, std::span<const TransferResult> results, const nlohmann::json& setup);

/// Throws where the file is broken or its settings are not `setup`, naming those that differ.
[[nodiscard]] std::vector<TransferResult> read_transfer_results(const std::string& path, const nlohmann::json& setup);

/// A line for each classifier, layer and number of photos: mean and standard deviation over the splits, accuracies in 0-1.
[[nodiscard]] std::string transfer_csv(std::span<const TransferResult> results);
/// A line for each classifier and layer beside Tables 4 and 7, accuracies in percent.
[[nodiscard]] std::string transfer_markdown(std::span<const TransferResult> results);

}  // namespace zf
