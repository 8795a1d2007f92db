#pragma once

#include <optional>

#include "core/viewer/strip_layout.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// The network as a strip of its layers, with their shapes: Fig. 3. Click one to look at it. Where there are more than fit, layers whose
/// maps are of one size fold into one; a click unfolds them.
class NetworkPanel {
 public:
  void draw(const Ui& ui, float width);

 private:
  void lay_out(const ModelView& model);
  void draw_column(const Ui& ui, int column, const Box& box);
  void draw_layer(const Ui& ui, const LayerStory& layer, const Box& box, bool alone);
  void draw_folded(const Ui& ui, int group, const Box& box);
  [[nodiscard]] int column_of(const ModelView& model, const std::string& layer) const;

  const Scope* laid_out_ = nullptr;  ///< of the model that the layout is of
  StripLayout layout_;
  int open_ = -1;  ///< the group that a click unfolded
  std::string scrolled_to_;
};

}  // namespace zf::viewer
