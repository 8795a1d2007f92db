#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/part.h"
#include "core/io/atlas.h"

namespace zf {

/// How far an unfinished atlas or a shard's part of one is: its note.
struct MineProgress {
  PartHeader header;
  int scanned = 0;     ///< batches of the first pass
  int projected = 0;   ///< batches of the second
  bool whole = false;  ///< a shard's part: whether all its batches are done
  nlohmann::json origin = nlohmann::json::object();
};
[[nodiscard]] std::string to_text(const MineProgress& progress);
/// Throws an Error that names the file where its note is none.
[[nodiscard]] MineProgress mine_progress(const Atlas& atlas);

/// Where a shard keeps what it found in its photos, and the winners that it projects.
[[nodiscard]] std::filesystem::path scan_part(const std::filesystem::path& out, const Shard& shard);
[[nodiscard]] std::filesystem::path winners_part(const std::filesystem::path& out, const Shard& shard);

/// The scans in `out` that are whole, of at most `shards`.
[[nodiscard]] std::vector<std::filesystem::path> finished_scans(const std::filesystem::path& out, int shards);

/// The strongest activations of all photos, without pictures, from the scans of all shards in any order: by value, of equals the photo that
/// comes first. Throws where a scan is missing, not whole or of other work, naming it.
[[nodiscard]] AtlasContents join_scans(std::span<const std::filesystem::path> scans);

/// Parts of mine, of every shard.
struct MineParts {
  MineProgress progress;   ///< the first scan's
  AtlasContents contents;  ///< the winners of all photos
  bool projected = false;  ///< with their pictures: every shard's winners were there
};
/// Scans and winners in any order. Throws as join_scans() does.
[[nodiscard]] MineParts join_mine_parts(std::span<const std::filesystem::path> files);

}  // namespace zf
