#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/data/shard.h"

namespace zf {

/// What a part of some work follows from. Parts of the same work differ in their shard alone.
struct PartHeader {
  std::string command;   ///< that the work is
  Shard shard;           ///< that the part is of
  nlohmann::json setup;  ///< of the work: hashes of the photos and the model, options; one key a setting
};

/// {"command", "shard", "shards", "setup"}
[[nodiscard]] nlohmann::json to_json(const PartHeader& header);
/// Throws an Error that starts with `where` where it is none.
[[nodiscard]] PartHeader part_header_from(const nlohmann::json& value, const std::string& where);

/// A shard's part of some work over a list of things: photos, or batches of them.
struct Part {
  PartHeader header;
  std::size_t things = 0;                            ///< of all shards together
  nlohmann::json results = nlohmann::json::array();  ///< one for each of the shard's own things that is done, in their order
  nlohmann::json notes = nlohmann::json::object();   ///< what every shard finds alike
  [[nodiscard]] bool finished() const { return results.size() == header.shard.share(things); }
};

/// OUT/parts/3-of-64.json
[[nodiscard]] std::filesystem::path part_path(const std::filesystem::path& out, const Shard& shard, const char* extension = ".json");

/// Writes the file whole or not at all.
void write_part(const std::filesystem::path& path, const Part& part);
/// Throws an Error that names the file where it is no part.
[[nodiscard]] Part read_part(const std::filesystem::path& path);

/// What is there of the part, to go on with it; the empty part where there is nothing. Throws where the file is a part of other work,
/// naming what differs, or its folder has parts of another number of shards.
[[nodiscard]] Part resumed_part(const std::filesystem::path& out, const PartHeader& header, std::size_t things);
/// Throws where the folder has parts of another number of shards.
void check_shards_beside(const std::filesystem::path& out, const Shard& shard);

/// The parts among and in `paths`: files as they are; of folders what part_path() puts there. In the order of their names. Throws where one
/// is missing or has none.
[[nodiscard]] std::vector<std::filesystem::path> find_parts(std::span<const std::filesystem::path> paths);

/// Throws unless the parts are of the same work, one a shard, and none is missing; names those that are not.
void check_parts(std::span<const PartHeader> headers, std::span<const std::filesystem::path> files);

/// All shards' results in the order of the things.
struct JoinedParts {
  nlohmann::json setup;
  std::vector<nlohmann::json> results;
  nlohmann::json notes;
  std::vector<std::filesystem::path> folders;  ///< OUT of each shard
};
/// In any order. Throws as check_parts() does, and where a part is not finished.
[[nodiscard]] JoinedParts join_parts(std::span<const std::filesystem::path> files);

// A file's name may be any bytes, JSON is UTF-8: a string, or an array of the bytes.
[[nodiscard]] nlohmann::json name_to_json(const std::string& name);
[[nodiscard]] std::string name_from_json(const nlohmann::json& value);

}  // namespace zf
