#pragma once

#include <optional>
#include <vector>

#include "core/viewer/choices.h"
#include "core/viewer/corresponding.h"
#include "core/viewer/experiment.h"
#include "core/viewer/panel.h"
#include "core/viewer/panels/face_strip.h"
#include "core/viewer/texture.h"

namespace zf::viewer {

/// Whether the network relates the same part of different faces: eyes and noses are marked by hand, then masked. Fig. 8, Table 1.
class CorrespondencePanel final : public Panel {
 public:
  /// The paper's layers whose changes are compared.
  static constexpr Setting<std::array<int, 2>> kStages{"correspondence_stages", {5, 7}, 1, kMostStages};

  CorrespondencePanel() : Panel("correspondence", "Correspondence", icon::kPoints) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;

  [[nodiscard]] const std::optional<CorrespondenceView>& view() const { return table_.view(); }
  [[nodiscard]] Progress progress() const { return table_.progress(); }

 private:
  void follow(const Ui& ui);
  void draw_tools(const Ui& ui, float width);
  void draw_progress(const Ui& ui, float width);
  void draw_contents(const Ui& ui, bool wide, float width, float height);
  void draw_face(const Ui& ui, const Box& box);
  void answer(const Ui& ui, const Box& box, std::vector<Place> seen);
  void draw_points(const Ui& ui, const Box& box, const std::vector<Place>& seen) const;
  void draw_table(const Ui& ui, float width);
  void draw_state(const Ui& ui, float width) const;

  Experiment<CorrespondenceWish, CorrespondenceView> table_{Subject::kModel};
  FaceStrip strip_;
  Texture texture_;
  int shown_ = 0;     ///< number of the photo in the texture
  int dragged_ = -1;  ///< the point that is held
  Place held_;        ///< where it is, in pixels of the network's input
};

}  // namespace zf::viewer
