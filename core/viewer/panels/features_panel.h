#pragma once

#include <string>
#include <vector>

#include "core/viewer/panel.h"
#include "core/viewer/texture.h"

namespace zf::viewer {

/// All maps of the chosen layer in a grid.
class FeaturesPanel final : public Panel {
 public:
  static constexpr Setting<bool> kByStrength{"sort_by_strength", true};
  static constexpr Setting<float> kTile{"tile", 88, 16, 512};  ///< side of a tile, in design pixels
  static constexpr float kStep = 1.25F;                        ///< from one size of tiles to the next

  FeaturesPanel() : Panel("features", "Features", icon::kGrid) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;

 private:
  struct Grid {
    float tile_w = 0;
    float tile_h = 0;
    float gap = 0;
    int columns = 1;
    int rows = 0;
  };
  void take_up(const Ui& ui);
  void draw_tools(const Ui& ui, float width);
  void draw_grid(const Ui& ui, float width, float height);
  void draw_tile(const Ui& ui, const Grid& grid, int map, const Box& box, const Sheet& sheet, const Texture& texture) const;
  void answer(const Ui& ui, int map, const Box& box) const;
  void show_value(const Ui& ui, int map, int y, int x) const;
  [[nodiscard]] static Grid lay_out(const Ui& ui, const Shape& maps, float width);

  std::vector<Texture> textures_;  ///< one a sheet
  int shown_ = 0;                  ///< number of the layer view in the textures
  std::string scroll_to_;          ///< layer and map that the grid was last scrolled to
};

}  // namespace zf::viewer
