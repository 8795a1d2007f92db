#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/viewer/comparing.h"
#include "core/viewer/experiment.h"
#include "core/viewer/panel.h"
#include "core/viewer/tiles.h"

namespace zf::viewer {

/// The open model's lower layers beside those of a second one: Fig. 6.
class ComparisonPanel final : public Panel {
 public:
  ComparisonPanel() : Panel("comparison", "Comparison", icon::kCompare) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;

  [[nodiscard]] const std::optional<ComparisonView>& view() const { return comparison_.view(); }
  [[nodiscard]] Progress progress() const { return comparison_.progress(); }

 private:
  enum class Kind : std::uint8_t { kFilters, kProjections };

  void follow(const Ui& ui);
  void take_up(Host& host);
  void draw_tools(const Ui& ui, float width);
  void draw_results(const Ui& ui, float width, float height) const;
  void draw_pair(const Ui& ui, Kind kind, float width) const;
  [[nodiscard]] float draw_grid(const Ui& ui, Kind kind, std::size_t model, ImVec2 at, float width) const;
  void show_tile(const Ui& ui, Kind kind, std::size_t model, int tile) const;
  void draw_spectra(const Ui& ui, float width) const;
  void draw_table(const Ui& ui, float width) const;

  Experiment<ComparisonWish, ComparisonView> comparison_{Subject::kModel};
  std::array<Tiles, 2> filters_;
  std::array<Tiles, 2> projections_;
};

}  // namespace zf::viewer
