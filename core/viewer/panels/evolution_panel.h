#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/viewer/evolving.h"
#include "core/viewer/experiment.h"
#include "core/viewer/panel.h"
#include "core/viewer/tiles.h"

namespace zf::viewer {

/// What some maps of every layer answer to in the course of a training run, an epoch at a time: Fig. 4.
class EvolutionPanel final : public Panel {
 public:
  EvolutionPanel() : Panel("evolution", "Evolution", icon::kEvolution) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;
  void step(const Ui& ui, int by) override;
  /// Plays the epochs, or stops.
  void turn(const Ui& ui) override;
  [[nodiscard]] bool moving() const override { return playing_; }

  [[nodiscard]] const std::optional<EvolutionStrip>& view() const { return strip_.view(); }
  [[nodiscard]] Progress progress() const { return strip_.progress(); }
  /// Which of the view's epochs is shown.
  [[nodiscard]] std::size_t shown() const { return shown_; }

 private:
  /// How large everything is.
  struct Grid {
    float label = 0;  ///< width of a layer's name
    float side = 0;   ///< of a cell
    float curve = 0;  ///< width of a layer's curves; 0: they stand below its cells
    float row = 0;    ///< height of a layer
  };

  void follow(const Ui& ui);
  void show(std::size_t epoch);
  void play();
  void draw_tools(const Ui& ui, float width);
  void draw_words(const Ui& ui, float width) const;
  void draw_layers(const Ui& ui, float width, float height);
  [[nodiscard]] Grid lay_out(const Ui& ui, float width, float height) const;
  void draw_layer(const Ui& ui, std::size_t layer, const Grid& grid, const Box& box);
  void draw_cell(const Ui& ui, std::size_t layer, std::size_t map, const Box& box) const;
  void draw_curves(const Ui& ui, std::size_t layer, const Box& box);

  Experiment<EvolutionWish, EvolutionStrip> strip_{Subject::kModel};
  std::vector<Tiles> tiles_;  ///< of every layer at the epoch that is shown
  std::size_t shown_ = 0;
  bool drawn_ = false;  ///< whether tiles_ show it
  bool playing_ = false;
  double since_ = 0;  ///< when the epoch was shown, in ImGui's seconds
};

}  // namespace zf::viewer
