#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/io/model.h"
#include "core/report/story.h"
#include "native/cli/options.h"

namespace zf::cli {

struct Render {
  ImageOptions options;
  ProjectionOptions projection;
  std::string out;
  int maps = 9;
  std::string shard;

  [[nodiscard]] StoryOptions story(const Model& model) const {
    return {.units = maps, .known = model.known, .rule = projection.backward_rule(), .lrn = projection.lrn()};
  }
};

/// Whether one of the images is a folder.
[[nodiscard]] bool has_folder(const Render& args);

/// Makes or goes on with the site of all photos, and prints what came of it. Of a shard, the pages of its photos, and its part.
void render_site(const Render& args);

/// Makes one site of shards' pages in `out`, which may be where they are: moves nothing then and writes the index.
void merge_render(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& out, bool as_json);

}  // namespace zf::cli
