#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/io/preprocess.h"
#include "core/viewer/texture.h"
#include "core/viewer/thumbnails.h"
#include "core/viewer/ui.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// The open photos in a row, with how many points each has; a click chooses one.
class FaceStrip {
 public:
  void draw(const Ui& ui, float width);
  [[nodiscard]] static float height(const Ui& ui);

 private:
  void draw_face(const Ui& ui, int index, const Box& box);
  void ask_for(const Ui& ui, std::vector<std::string> paths);

  std::map<std::string, Texture> textures_;  ///< by path; empty ones are asked for, or cannot be read
  std::optional<Slot> slot_;                 ///< of the job that makes them
  int model_ = 0;                            ///< number of the model whose view they show
  int scrolled_to_ = -1;
};

}  // namespace zf::viewer
