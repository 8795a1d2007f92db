#pragma once

#include <imgui.h>

#include <cstdint>

#include "core/viewer/host.h"
#include "core/viewer/spelling.h"

namespace zf::viewer {

/// The few colours of the whole program.
struct Palette {
  ImU32 ground = 0;     ///< behind everything
  ImU32 panel = 0;      ///< of a card
  ImU32 raised = 0;     ///< of buttons and tracks on a card
  ImU32 hovered = 0;    ///< of what the pointer is on
  ImU32 line = 0;       ///< hairlines
  ImU32 ink = 0;        ///< text
  ImU32 soft = 0;       ///< second text
  ImU32 accent = 0;     ///< what is chosen
  ImU32 tint = 0;       ///< a chosen thing's ground
  ImU32 on_accent = 0;  ///< text on the accent
  ImU32 error = 0;
  ImU32 second = 0;  ///< a line beside one in the accent's colour
  ImU32 mark = 0;    ///< frames on photos: bright under both themes
};

struct Fonts {
  ImFont* body = nullptr;
  ImFont* small = nullptr;
  ImFont* strong = nullptr;
  ImFont* title = nullptr;
};

/// How the program looks: palette, typefaces and one spacing grid of 4 pixels, all at the display's scale.
class Theme {
 public:
  static constexpr float kLeastScale = 0.5F;
  static constexpr float kMostScale = 4.0F;

  /// Sets ImGui's style, and builds its fonts where the scale changed or the last frame drew letters that they lack.
  void apply(Host& host, bool dark, float scale);
  /// Whether the last frame drew letters that the fonts lack.
  [[nodiscard]] bool lacks_letters() const { return spelling_.wants_build(); }

  [[nodiscard]] const Palette& palette() const { return palette_; }
  [[nodiscard]] const Fonts& fonts() const { return fonts_; }
  [[nodiscard]] float scale() const { return scale_; }
  /// Design pixels on this display, rounded to whole ones.
  [[nodiscard]] float px(float design) const;
  /// Steps of the spacing grid.
  [[nodiscard]] float space(int steps) const { return px(4.0F * static_cast<float>(steps)); }

 private:
  void build_fonts(Host& host);
  void style() const;

  Palette palette_;
  Fonts fonts_;
  Spelling spelling_;
  float scale_ = 0;
};

}  // namespace zf::viewer
