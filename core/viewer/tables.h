#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/analysis/variants.h"
#include "core/viewer/state.h"

namespace zf::viewer {

/// What a .csv holds: where faces' parts are (Fig. 8), or retrained variants (Table 3).
using Table = std::variant<std::vector<FacePoints>, std::vector<VariantResult>>;

/// Photos are named from the table's folder on. Throws where the file cannot be read, is no such table, or its faces lack one of
/// kFaceParts.
[[nodiscard]] Table read_table(const std::string& path);

/// Whole faces as a table that read_table and `zfscope correspond` take.
[[nodiscard]] std::string points_csv(const std::vector<FacePoints>& faces);

}  // namespace zf::viewer
