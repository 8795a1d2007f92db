#pragma once

#include <array>

#include "core/viewer/panels/top9_card.h"
#include "core/viewer/texture.h"
#include "core/viewer/ui.h"
#include "core/viewer/unit_pictures.h"

namespace zf::viewer {

/// What the chosen unit sees: its patch of the photo and its projections under the three rules, and what its map answers to in
/// other photos. Section 2.1, Fig. 2.
class UnitPanel {
 public:
  /// Whether pictures show the unit's field, or the whole photo.
  static constexpr Setting<bool> kCrop{"crop", true};

  void draw(const Ui& ui, float width);
  /// Saves the pictures that it shows, with their numbers.
  static void save(const Ui& ui);
  [[nodiscard]] const Top9Card& top9() const { return top9_; }

 private:
  void draw_unit(const Ui& ui, float width);
  void take_up(const Ui& ui);
  void draw_title(const Ui& ui, float width);
  void draw_pictures(const Ui& ui, float width);
  void draw_cell(const Ui& ui, std::size_t cell, const Box& box);
  void draw_facts(const Ui& ui, float width) const;

  std::array<Texture, kUnitPictures> textures_;
  UnitPictures pictures_;
  Top9Card top9_;
  int shown_ = 0;  ///< number of the unit view in the textures
  bool cropped_ = false;
};

}  // namespace zf::viewer
