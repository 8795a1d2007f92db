#pragma once

#include <string>

#include "core/io/model.h"
#include "core/report/story.h"
#include "native/cli/options.h"

namespace zf::cli {

struct Render {
  ImageOptions options;
  ProjectionOptions projection;
  std::string out;
  int maps = 9;

  [[nodiscard]] StoryOptions story(const Model& model) const {
    return {.units = maps, .known = model.known, .rule = projection.backward_rule(), .lrn = projection.lrn()};
  }
};

/// Whether one of the images is a folder.
[[nodiscard]] bool has_folder(const Render& args);

/// Makes or goes on with the site of all photos, and prints what came of it.
void render_site(const Render& args);

}  // namespace zf::cli
