#pragma once

#include <array>
#include <optional>

#include "core/viewer/experiment.h"
#include "core/viewer/occluding.h"
#include "core/viewer/panel.h"
#include "core/viewer/texture.h"

namespace zf::viewer {

/// What covering a part of the photo does to the prediction and to one map: Fig. 7.
class OcclusionPanel final : public Panel {
 public:
  OcclusionPanel() : Panel("occlusion", "Occlusion", icon::kOcclusion) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;

  [[nodiscard]] const std::optional<OcclusionView>& view() const { return occlusion_.view(); }
  /// Place of the square that is pointed at, or was last; -1 before.
  [[nodiscard]] int pointed() const { return pointed_; }

 private:
  void follow(const Ui& ui);
  void take_up(Host& host);
  void draw_tools(const Ui& ui, float width);
  void draw_words(const Ui& ui, float width);
  void draw_pictures(const Ui& ui, float width, float height);
  void draw_cell(const Ui& ui, int cell, const Box& box);
  void draw_covered(const Ui& ui, const Box& box) const;
  void draw_covered_classes(const Ui& ui, const Box& box) const;
  void draw_legend(const Ui& ui, const Box& box) const;

  OcclusionWish wish_;
  int photo_ = 0;  ///< number of the photo that it is of
  Experiment<OcclusionWish, OcclusionView> occlusion_{Subject::kPhoto};
  std::array<Texture, 3> textures_;
  Texture clean_;
  int pointed_ = -1;
};

}  // namespace zf::viewer
