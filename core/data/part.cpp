#include "core/data/part.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "core/data/setup.h"
#include "core/io/atomic_file.h"
#include "core/io/json_fields.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kDepth = 32;
constexpr int kMostThings = 1 << 30;

fs::path parts_in(const fs::path& out) { return out / "parts"; }

/// The number of shards that a part's name tells; 0 where it is no part's name.
int shards_of_name(const fs::path& file) {
  constexpr std::string_view kOf = "-of-";
  const std::string name = file.filename().string();
  const std::size_t at = name.find(kOf);
  if (at == std::string::npos || name.starts_with('.')) return 0;
  int count = 0;
  const auto [stop, error] = std::from_chars(name.data() + at + kOf.size(), name.data() + name.size(), count);
  return error == std::errc() && *stop == '.' ? count : 0;
}

std::vector<fs::path> parts_of(const fs::path& out) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parts_in(out), error)) {
    if (shards_of_name(entry.path()) > 0) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string numbers(const std::set<int>& shards) {
  constexpr std::size_t kShown = 20;
  std::string text;
  std::size_t shown = 0;
  for (const int shard : shards) {
    if (shown++ == kShown) return text + fmt::format(" and {} more", shards.size() - kShown);
    text += fmt::format("{}{}", text.empty() ? "" : ", ", shard);
  }
  return text;
}

}  // namespace

json to_json(const PartHeader& header) {
  return {{"command", header.command}, {"shard", header.shard.index}, {"shards", header.shard.count}, {"setup", header.setup}};
}

PartHeader part_header_from(const json& value, const std::string& where) {
  JsonFields fields(value, where);
  PartHeader header;
  header.command = fields.text("command");
  header.shard.count = fields.integer("shards", 1, kMostShards);
  header.shard.index = fields.integer("shard", 0, header.shard.count - 1);
  header.setup = fields.object("setup");
  fields.finish();
  return header;
}

fs::path part_path(const fs::path& out, const Shard& shard, const char* extension) {
  return parts_in(out) / fmt::format("{}-of-{}{}", shard.index, shard.count, extension);
}

void write_part(const fs::path& path, const Part& part) {
  make_folder(path.parent_path());
  const json value{{"part", to_json(part.header)}, {"things", part.things}, {"results", part.results}, {"notes", part.notes}};
  write_file(path, dump_json(value, path.string()) + '\n');
}

Part read_part(const fs::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  const json value = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string(), kDepth);
  JsonFields fields(value, path.string());
  Part part;
  part.header = part_header_from(fields.object("part"), path.string());
  part.things = static_cast<std::size_t>(fields.integer("things", 0, kMostThings));
  part.results = fields.array("results", 0, part.header.shard.share(part.things));
  part.notes = fields.object("notes");
  fields.finish();
  return part;
}

void check_shards_beside(const fs::path& out, const Shard& shard) {
  for (const fs::path& file : parts_of(out)) {
    const int shards = shards_of_name(file);
    if (shards != shard.count) fail("{}: expected parts of {} shards, found one of {}", file.string(), shard.count, shards);
  }
}

Part resumed_part(const fs::path& out, const PartHeader& header, std::size_t things) {
  check_shards_beside(out, header.shard);
  Part part;
  part.header = header;
  part.things = things;
  const fs::path path = part_path(out, header.shard);
  std::error_code error;
  if (!fs::exists(path, error)) return part;
  Part found = read_part(path);
  check_same_setup(path.string(), found.header.setup, header.setup);
  if (found.header.command != header.command || found.header.shard != header.shard || found.things != things) {
    fail("{}: expected a part {} of {} over {} things, found part {} of {} over {}", path.string(), to_string(header.shard), header.command,
         things, to_string(found.header.shard), quotable(found.header.command), found.things);
  }
  return found;
}

std::vector<fs::path> find_parts(std::span<const fs::path> paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (!fs::exists(path, error)) fail("{}: expected a part, or a folder with parts, found nothing", path.string());
      files.push_back(path);
      continue;
    }
    const std::vector<fs::path> found = parts_of(path);
    if (found.empty()) fail("{}: expected parts in it, found none", path.string());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

void check_parts(std::span<const PartHeader> headers, std::span<const fs::path> files) {
  const PartHeader& first = headers.front();
  std::set<int> missing;
  for (int shard = 0; shard < first.shard.count; ++shard) missing.insert(shard);
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const PartHeader& header = headers[i];
    const std::string name = files[i].string();
    if (header.command != first.command) {
      fail("{}: expected a part of {} as {} is, found one of {}", name, quotable(first.command), files[0].string(),
           quotable(header.command));
    }
    if (header.shard.count != first.shard.count) {
      fail("{}: expected one of {} shards as {} is, found one of {}", name, first.shard.count, files[0].string(), header.shard.count);
    }
    if (const std::string differences = setup_differences(first.setup, header.setup); !differences.empty()) {
      fail("{}: expected a part of the same work as {}, found {}", name, files[0].string(), differences);
    }
    if (missing.erase(header.shard.index) == 0) {
      const auto same = std::find_if(headers.begin(), headers.end(), [&](const PartHeader& h) { return h.shard == header.shard; });
      fail("{}: expected one part a shard, found another of shard {}: {}", name, header.shard.index,
           files[static_cast<std::size_t>(same - headers.begin())].string());
    }
  }
  if (missing.empty()) return;
  fail("{}: expected the parts of {} shards, found none of shard {}; {} --shard I/{} makes it", files[0].parent_path().string(),
       first.shard.count, numbers(missing), quotable(first.command), first.shard.count);
}

JoinedParts join_parts(std::span<const fs::path> files) {
  std::vector<Part> parts;
  std::vector<PartHeader> headers;
  for (const fs::path& file : files) {
    parts.push_back(read_part(file));
    headers.push_back(parts.back().header);
  }
  check_parts(headers, files);
  JoinedParts joined;
  joined.setup = headers.front().setup;
  joined.results.resize(parts.front().things);
  joined.folders.resize(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Part& part = parts[i];
    const Shard& shard = part.header.shard;
    if (part.things != joined.results.size()) {
      fail("{}: expected a part of {} things as {} is, found one of {}", files[i].string(), joined.results.size(), files[0].string(),
           part.things);
    }
    if (!part.finished()) {
      fail("{}: expected a finished part, found {} of {} things done; the command that made it goes on with it", files[i].string(),
           part.results.size(), shard.share(part.things));
    }
    for (std::size_t own = 0; own < part.results.size(); ++own) joined.results[shard.at(own)] = std::move(part.results[own]);
    joined.folders[static_cast<std::size_t>(shard.index)] = files[i].parent_path().parent_path();
    if (shard.index == 0) joined.notes = std::move(part.notes);
  }
  return joined;
}

json name_to_json(const std::string& name) {
  if (printable(name) == name) return name;
  json bytes = json::array();
  for (const char c : name) bytes.push_back(static_cast<unsigned char>(c));
  return bytes;
}

std::string name_from_json(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string name;
  for (const json& byte : value) name += static_cast<char>(byte.get<unsigned char>());
  return name;
}

}  // namespace zf
