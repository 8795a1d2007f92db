// zfscope merge of shards of render: one site of all pages.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "core/data/part.h"
#include "core/io/atomic_file.h"
#include "core/report/photo_index.h"
#include "core/tensor/error.h"
#include "native/cli/print_json.h"
#include "native/cli/render.h"
#include "native/cli/shard_report.h"
#include "native/cli/skipped.h"
#include "native/site/page_folder.h"
#include "native/site/site_index.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// A shard's page, in the site, too.
void bring(const fs::path& shard, const fs::path& site, const std::string& name) {
  const fs::path from = shard / photo_folder(name);
  const std::optional<ordered_json> mark = read_mark(from);
  if (!mark) fail("{}: expected a photo's page, found none; the command that made its part makes it", from.string());
  if (fs::equivalent(shard, site)) return;
  PageFolder page(site / photo_folder(name));
  for (const fs::directory_entry& file : fs::directory_iterator(from)) {
    const std::string own = file.path().filename().string();
    if (own != kPageMark) page.write(own, read_file(file.path()));
  }
  page.commit(*mark);
}

}  // namespace

void merge_render(const std::vector<fs::path>& parts, const fs::path& out, bool as_json) {
  const JoinedParts joined = join_parts(parts);
  std::vector<SitePhoto> photos;
  for (const nlohmann::json& photo : joined.results) {
    photos.push_back({name_from_json(photo.at("file")), name_from_json(photo.at("name"))});
  }
  make_folder(out);
  SiteIndex index(out, joined.notes.at("model").get<std::string>(), photos);
  ordered_json skipped = joined.notes.at("left_out");
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const nlohmann::json& photo = joined.results[i];
    if (photo.contains("why")) {
      SkippedPhotos one;
      one.add({photos[i].file.string(), photo.at("why").get<std::string>()});
      skipped.push_back(one.json().front());
      index.skip(i, photo.at("why").get<std::string>());
      continue;
    }
    bring(joined.folders[i % joined.folders.size()], out, photos[i].name);
    index.add(i, ordered_json::parse(photo.at("answer").get<std::string>()));
  }
  index.write();
  remove_parts(out);
  if (as_json) {
    print_json({{"page", index.page().string()}, {"images", index.images()}, {"skipped", skipped}});
  } else {
    fmt::print("{} of {} photos: {}\n", index.finished(), photos.size(), index.page().string());
  }
}

}  // namespace zf::cli
