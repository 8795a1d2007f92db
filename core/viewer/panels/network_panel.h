#pragma once

#include "core/viewer/ui.h"

namespace zf::viewer {

/// The network as a strip of its layers, with their shapes: Fig. 3. Click one to look at it.
class NetworkPanel {
 public:
  void draw(const Ui& ui, float width);

 private:
  void draw_layer(const Ui& ui, const LayerStory& layer, const Box& box);

  std::string scrolled_to_;
};

}  // namespace zf::viewer
