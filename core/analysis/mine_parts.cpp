#include "core/analysis/mine_parts.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <system_error>
#include <utility>

#include "core/data/setup.h"
#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kScan = ".scan.safetensors";
constexpr const char* kWinners = ".winners.safetensors";

bool is_scan(const fs::path& file) { return file.filename().string().ends_with(kScan); }
bool is_winners(const fs::path& file) { return file.filename().string().ends_with(kWinners); }

/// An atlas and its note.
struct Opened {
  explicit Opened(const fs::path& file) : atlas(file), progress(mine_progress(atlas)) {}
  Atlas atlas;
  MineProgress progress;
};

void check_layers(const fs::path& file, const std::vector<AtlasLayer>& expected, const std::vector<AtlasLayer>& found) {
  const auto same = [](const AtlasLayer& a, const AtlasLayer& b) { return a.name == b.name && a.items.size() == b.items.size(); };
  if (!std::equal(expected.begin(), expected.end(), found.begin(), found.end(), same))
    fail("{}: expected the layers that the other parts have, found others", file.string());
}

/// The best of both, in `into`.
void join_map(std::span<AtlasItem> into, std::span<const AtlasItem> other) {
  std::vector<AtlasItem> all;
  const auto there = [](const AtlasItem& item) { return item.image >= 0; };
  std::copy_if(into.begin(), into.end(), std::back_inserter(all), there);
  std::copy_if(other.begin(), other.end(), std::back_inserter(all), there);
  std::sort(all.begin(), all.end(),
            [](const AtlasItem& a, const AtlasItem& b) { return a.value > b.value || (a.value == b.value && a.image < b.image); });
  std::copy_n(all.begin(), std::min(all.size(), into.size()), into.begin());
}

/// Whether two shards mean the same winner.
bool same_place(const AtlasItem& a, const AtlasItem& b) { return a.value == b.value && a.image == b.image && a.y == b.y && a.x == b.x; }

void add_pictures(const fs::path& file, AtlasContents part, AtlasContents& contents) {
  check_layers(file, contents.layers, part.layers);
  for (std::size_t i = 0; i < contents.layers.size(); ++i) {
    AtlasLayer& layer = contents.layers[i];
    const AtlasLayer& own = part.layers[i];
    for (std::size_t k = 0; k < layer.items.size(); ++k) {
      if (!same_place(layer.items[k], own.items[k])) fail("{}: expected the winners of these scans, found those of others", file.string());
      if (own.projections.scans[k].empty()) continue;
      layer.items[k].scale = own.items[k].scale;
      layer.projections.put(k, own.projections.jpeg(k));
      if (!own.patches.scans[k].empty()) layer.patches.put(k, own.patches.jpeg(k));
    }
  }
  contents.images = std::move(part.images);
}

void check_same_work(const std::deque<Opened>& parts, std::span<const fs::path> files) {
  std::vector<PartHeader> headers;
  for (const Opened& part : parts) headers.push_back(part.progress.header);
  check_parts(headers, files);
}

/// Whether every shard has projected its winners; their pictures and scales are in `contents` then.
bool add_all_pictures(std::span<const fs::path> winners, const MineProgress& scan, AtlasContents& contents) {
  if (std::cmp_less(winners.size(), scan.header.shard.count)) return false;
  std::deque<Opened> parts;
  for (const fs::path& file : winners) {
    parts.emplace_back(file);
    if (!parts.back().progress.whole) return false;
  }
  check_same_work(parts, winners);
  check_same_setup(winners.front().string(), parts.front().progress.header.setup, scan.header.setup);
  for (std::size_t i = 0; i < parts.size(); ++i) add_pictures(winners[i], parts[i].atlas.contents(), contents);
  return true;
}

}  // namespace

std::string to_text(const MineProgress& progress) {
  const json value{{"part", to_json(progress.header)},
                   {"scanned", progress.scanned},
                   {"projected", progress.projected},
                   {"whole", progress.whole},
                   {"origin", progress.origin}};
  return dump_json(value, "mine");
}

MineProgress mine_progress(const Atlas& atlas) {
  constexpr int kDepth = 8;
  constexpr int kMost = std::numeric_limits<int>::max();
  if (atlas.progress().empty()) fail("{}: expected an unfinished atlas, found a finished one", atlas.name());
  const json value = parse_json(atlas.progress(), atlas.name(), kDepth);
  JsonFields fields(value, atlas.name());
  MineProgress progress;
  progress.header = part_header_from(fields.object("part"), atlas.name());
  progress.scanned = fields.integer("scanned", 0, kMost);
  progress.projected = fields.integer("projected", 0, kMost);
  progress.whole = fields.boolean("whole");
  progress.origin = fields.object("origin");
  fields.finish();
  return progress;
}

fs::path scan_part(const fs::path& out, const Shard& shard) { return part_path(out, shard, kScan); }
fs::path winners_part(const fs::path& out, const Shard& shard) { return part_path(out, shard, kWinners); }

std::vector<fs::path> finished_scans(const fs::path& out, int shards) {
  std::vector<fs::path> scans;
  for (int i = 0; i < shards; ++i) {
    const fs::path file = scan_part(out, {i, shards});
    std::error_code error;
    if (fs::exists(file, error) && Opened(file).progress.whole) scans.push_back(file);
  }
  return scans;
}

AtlasContents join_scans(std::span<const fs::path> scans) {
  std::deque<Opened> parts;
  for (const fs::path& file : scans) parts.emplace_back(file);
  check_same_work(parts, scans);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].progress.whole) continue;
    fail(
        "{}: expected a shard that has looked at all its photos, found one that has finished {} batches; the command that made it goes on "
        "with it",
        scans[i].string(), parts[i].progress.scanned);
  }
  AtlasContents all = parts.front().atlas.contents();
  const auto top = static_cast<std::size_t>(all.info.top);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Atlas& part = parts[i].atlas;
    check_layers(scans[i], all.layers, part.layers());
    all.info.images += part.info().images;
    all.info.skipped += part.info().skipped;
    for (std::size_t layer = 0; layer < all.layers.size(); ++layer) {
      const std::span<AtlasItem> into = all.layers[layer].items;
      const std::span<const AtlasItem> other = part.layers()[layer].items;
      for (std::size_t at = 0; at < into.size(); at += top) join_map(into.subspan(at, top), other.subspan(at, top));
    }
  }
  return all;
}

MineParts join_mine_parts(std::span<const fs::path> files) {
  std::vector<fs::path> scans;
  std::vector<fs::path> winners;
  std::copy_if(files.begin(), files.end(), std::back_inserter(scans), is_scan);
  std::copy_if(files.begin(), files.end(), std::back_inserter(winners), is_winners);
  if (scans.empty()) fail("{}: expected shards' scans beside it, found none", files.front().string());
  MineParts parts;
  parts.progress = Opened(scans.front()).progress;
  parts.contents = join_scans(scans);
  parts.projected = add_all_pictures(winners, parts.progress, parts.contents);
  return parts;
}

}  // namespace zf
