#pragma once

#include <filesystem>
#include <vector>

namespace zf::cli {

/// Brings the features that shards made together in `out`, for `transfer` to go on with.
void merge_transfer(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& out, bool as_json);

}  // namespace zf::cli
