#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/figures/colormap.h"
#include "core/viewer/texture.h"
#include "core/viewer/ui.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// A panel's ground. Its contents stand between construction and destruction, `width()` pixels wide; cards do not nest.
class Card {
 public:
  /// `width` of the whole card; `height` 0 means what its contents take.
  Card(const Ui& ui, float width, float height = 0);
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;
  ~Card();

  [[nodiscard]] float width() const { return width_ - 2 * padding_; }
  /// What is left below the cursor, of a card with a height.
  [[nodiscard]] float height_left() const;

 private:
  const Ui* ui_;
  float width_;
  float height_;
  float padding_;
  ImVec2 origin_;
  ImDrawListSplitter splitter_;
};

/// One line of text in a font and colour, shortened with an ellipsis to `width` where that is not 0.
void text(const ImFont* font, ImU32 colour, std::string_view line, float width = 0);
/// Text in lines of at most `width` pixels.
void paragraph(const ImFont* font, ImU32 colour, std::string_view words, float width);
[[nodiscard]] float paragraph_height(const ImFont* font, std::string_view words, float width);
[[nodiscard]] ImVec2 text_size(const ImFont* font, std::string_view line);
/// Draws one line with its left edge at `at`, its middle at that height.
void draw_text(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at, std::string_view line);
[[nodiscard]] std::string shortened(const ImFont* font, std::string_view line, float width);

/// A panel's title, the line that says what it shows, and where in the paper it stands (may be empty).
void heading(const Ui& ui, std::string_view title, float width);
void caption(const Ui& ui, std::string_view words, std::string_view place_in_paper, float width);

/// A square button with an icon only. `name` is its landmark and, with `keys`, its tooltip.
bool icon_button(const Ui& ui, const char* icon, const std::string& name, std::string_view keys, bool enabled = true, bool chosen = false);
/// An icon with words; `icon` may be null.
bool button(const Ui& ui, const char* icon, const std::string& name, bool primary = false);
[[nodiscard]] float button_width(const Ui& ui, const char* icon, std::string_view name);
/// A choice of a few in one row; gives the index that is chosen now. Landmarks are "group name", or "name" without a group.
int segmented(const Ui& ui, std::span<const std::string> names, int chosen, const std::string& group = {});
[[nodiscard]] float control_height(const Ui& ui);

/// The colours of a range with numbers. `most` is the greatest value: where it lies beyond the range, the bar's end says so.
void colour_bar(const Ui& ui, Colormap colormap, const Range& range, float most, float width, std::string_view title);
/// The room between cards.
void card_gap(const Ui& ui);

/// A texture in a box with rounded corners; without one, an empty plate.
void draw_picture(const Ui& ui, const Texture& texture, const Box& box, float rounding = 4);
/// An outline that shows on every ground.
void draw_frame(const Ui& ui, const Box& box, ImU32 colour, float thickness = 2);

/// How far a job is and how long it will take, with a button to cancel it; true where that is pressed.
bool progress_line(const Ui& ui, const Progress& progress, std::string_view what, float width);

/// The box of the last item.
[[nodiscard]] Box last_item();
/// Shows a tooltip while the last item is pointed at.
void tooltip(const Ui& ui, std::string_view words, std::string_view keys = {});

}  // namespace zf::viewer
