#include "core/viewer/layout.h"

#include <algorithm>
#include <cmath>

namespace zf::viewer {

Layout lay_out(float width, float height, float scale) {
  constexpr float kThreeFrom = 1160;
  constexpr float kTwoFrom = 720;
  constexpr float kBar = 56;
  const float gap = std::round(12 * scale);
  const float bar = std::min(std::round(kBar * scale), height);
  const float design = width / scale;
  Layout layout;
  layout.columns = design >= kThreeFrom ? Columns::kThree : design >= kTwoFrom ? Columns::kTwo : Columns::kOne;
  layout.top = {0, 0, width, bar};
  const float body = std::max(0.0F, height - bar - gap);
  const float inner = std::max(0.0F, width - 2 * gap);
  if (layout.columns == Columns::kOne) {
    const float pages = std::min(body, std::round(kBar * scale));
    layout.bottom = {0, height - pages, width, pages};
    layout.left = layout.middle = layout.right = {gap, bar, inner, std::max(0.0F, height - bar - pages)};
    return layout;
  }
  // Of two columns the left one has the unit's pictures, too.
  const float part = layout.columns == Columns::kTwo ? 0.34F : 0.22F;
  const float left = std::round(std::clamp(part * design, 300.0F, 560.0F) * scale);
  layout.left = {gap, bar, left, body};
  if (layout.columns == Columns::kTwo) {
    const float x = 2 * gap + left;
    layout.middle = {x, bar, std::max(0.0F, width - gap - x), body};
    return layout;
  }
  const float right = std::round(std::clamp(0.33F * design, 400.0F, 960.0F) * scale);
  const float x = 2 * gap + left;
  layout.middle = {x, bar, std::max(0.0F, width - right - 2 * gap - x), body};
  layout.right = {width - right - gap, bar, right, body};
  return layout;
}

}  // namespace zf::viewer
