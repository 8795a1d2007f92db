#include "core/viewer/slider.h"

#include <algorithm>

#include "core/viewer/widgets.h"

namespace zf::viewer {

bool slider(const Ui& ui, const std::string& name, double& value, const Interval& range, double zero, float width) {
  const Palette& p = ui.palette();
  const float height = control_height(ui);
  const float knob = ui.px(8);
  ImGui::InvisibleButton(name.c_str(), {std::max(width, 4 * knob), height});
  const Box box = last_item();
  ui.landmarks.add(name, box);
  const float left = box.x + knob;
  const float room = box.w - 2 * knob;
  const auto place = [&](double v) { return left + room * static_cast<float>((v - range.low) / (range.high - range.low)); };
  bool moved = false;
  if (ImGui::IsItemActive()) {
    const double part = std::clamp(static_cast<double>((ImGui::GetIO().MousePos.x - left) / room), 0.0, 1.0);
    const double now = range.low + part * (range.high - range.low);
    moved = now != value;
    value = now;
  }
  const float middle = box.y + height / 2;
  const float x = place(value);
  const float from = place(zero);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({left, middle - ui.px(2)}, {left + room, middle + ui.px(2)}, p.hovered, ui.px(2));
  list.AddRectFilled({std::min(from, x), middle - ui.px(2)}, {std::max(from, x), middle + ui.px(2)}, p.accent, ui.px(2));
  list.AddCircleFilled({x, middle}, knob, ImGui::IsItemHovered() || ImGui::IsItemActive() ? p.ink : p.accent);
  return moved;
}

}  // namespace zf::viewer
