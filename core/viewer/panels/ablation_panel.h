#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/viewer/panel.h"
#include "core/viewer/ranking.h"

namespace zf::viewer {

/// Which maps the prediction needs: each muted alone, ranked by what the followed class loses, and all that are muted now; or Table 3.
class AblationPanel final : public Panel {
 public:
  AblationPanel() : Panel("ablation", "Ablation", icon::kMute) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;
  void turn(const Ui& ui) override { ui.settings.retrained = !ui.settings.retrained; }

  [[nodiscard]] const std::optional<RankingView>& view() const { return view_; }

 private:
  void draw_live(const Ui& ui, float width, float height);
  void follow(const Ui& ui);
  void draw_muted(const Ui& ui, float width);
  void draw_ranking(const Ui& ui, float width, float height);
  void draw_row(const Ui& ui, std::size_t rank, float most, float width);

  std::optional<RankingView> view_;
  std::pair<int, std::string> running_;  ///< number of the photo, layer
};

}  // namespace zf::viewer
