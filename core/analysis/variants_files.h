#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/variants.h"
#include "core/io/csv.h"

namespace zf {

// The files of a Table 3 run: the result of a finished variant, and the table.

/// What a variant's errors follow from, one key a setting.
[[nodiscard]] nlohmann::json variant_setup(const Model& model, const Recipe& recipe, const PhotoStore& training, const PhotoStore& judged,
                                           const PhotoStore& validation);

void write_variant_result(const std::string& path, const VariantResult& result, const nlohmann::json& setup);

/// Throws where the file is broken or its settings are not `setup`, naming those that differ.
[[nodiscard]] VariantResult read_variant_result(const std::string& path, const nlohmann::json& setup);

/// The first results of table3_variants() beside the paper's, errors in 0-1.
[[nodiscard]] nlohmann::ordered_json table3_json(std::span<const VariantResult> results);
[[nodiscard]] std::string table3_csv(std::span<const VariantResult> results);
/// The results in a table that table3_csv wrote. Throws where it has other columns, no row or more than Table 3, or an error rate
/// beyond 0 to 1.
[[nodiscard]] std::vector<VariantResult> read_table3(const CsvTable& table);
/// The results as a Markdown table, errors in percent.
[[nodiscard]] std::string table3_markdown(std::span<const VariantResult> results);

}  // namespace zf
