#pragma once

#include <optional>
#include <string>

#include "core/viewer/experiment.h"
#include "core/viewer/panel.h"
#include "core/viewer/ranking.h"

namespace zf::viewer {

/// Which maps the prediction needs: each muted alone, ranked by what the followed class loses, and all that are muted now; or Table 3.
class AblationPanel final : public Panel {
 public:
  /// Whether retrained networks are shown, or the live one.
  static constexpr Setting<bool> kRetrained{"retrained", false};

  AblationPanel() : Panel("ablation", "Ablation", icon::kMute) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;
  void turn(const Ui& ui) override { ui.settings.toggle(kRetrained); }

  [[nodiscard]] const std::optional<RankingView>& view() const { return ranking_.view(); }

 private:
  void draw_live(const Ui& ui, float width, float height);
  void follow(const Ui& ui);
  void draw_muted(const Ui& ui, float width);
  void draw_ranking(const Ui& ui, float width, float height);
  void draw_row(const Ui& ui, std::size_t rank, float most, float width);

  Experiment<std::string, RankingView> ranking_{Subject::kPhoto};  ///< asked for by the layer's name
};

}  // namespace zf::viewer
