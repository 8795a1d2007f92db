#pragma once

#include <algorithm>

#include "core/viewer/sheet.h"
#include "core/viewer/texture.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// A sheet in the host's graphics memory, drawn tile by tile.
class Tiles {
 public:
  Tiles() = default;
  Tiles(Host& host, const Sheet& sheet, Sampling sampling);

  [[nodiscard]] bool empty() const { return texture_.empty(); }
  /// Of a tile: height over width.
  [[nodiscard]] float aspect() const { return static_cast<float>(tile_.height) / static_cast<float>(std::max(tile_.width, 1)); }
  /// Tile `k` in a box, without its neighbours' colours at its edge.
  void draw(const Box& box, int k) const;

 private:
  Texture texture_;
  Rect tile_;  ///< the first one
  int columns_ = 1;
  float inset_ = 0;  ///< pixels of the texture that smooth sampling would blend with a neighbour
};

/// How pictures of a field are drawn: those of few pixels with sharp ones.
[[nodiscard]] Sampling sampling_for(const Sheet& sheet);

}  // namespace zf::viewer
