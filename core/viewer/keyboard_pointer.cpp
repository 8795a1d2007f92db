#include "core/viewer/keyboard_pointer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/viewer/keys.h"

namespace zf::viewer {

namespace {

bool same(ImVec2 a, ImVec2 b) { return a.x == b.x && a.y == b.y; }

/// ImGui takes the mouse to be at whole pixels.
ImVec2 whole(ImVec2 at) { return {std::floor(at.x), std::floor(at.y)}; }

}  // namespace

void KeyboardPointer::stand_in() {
  ImGuiIO& io = ImGui::GetIO();
  const ImVec2 mouse = whole(io.MousePos);
  const bool moved = !same(mouse, shown_) && !same(mouse, given_);
  if (!same(mouse, shown_)) given_ = mouse;
  if (!active_) return;
  const bool clicked = io.MouseDown[ImGuiMouseButton_Left] && !pressed_;
  if (moved || clicked) {
    if (pressed_) io.MouseDown[ImGuiMouseButton_Left] = false;
    active_ = pressed_ = false;
    return;
  }
  at_ =
      whole({std::clamp(at_.x, 0.0F, std::max(0.0F, io.DisplaySize.x - 1)), std::clamp(at_.y, 0.0F, std::max(0.0F, io.DisplaySize.y - 1))});
  pressed_ = is_held(kKeyEnter) && !io.WantTextInput;
  io.MousePos = shown_ = at_;
  io.MouseDown[ImGuiMouseButton_Left] = pressed_;
  io.MouseWheel += std::exchange(wheel_, 0.0F);
}

/// Where the mouse is, or in the middle where it is nowhere.
void KeyboardPointer::begin() {
  if (active_) return;
  const ImGuiIO& io = ImGui::GetIO();
  active_ = true;
  shown_ = given_ = io.MousePos;
  at_ = ImGui::IsMousePosValid() ? io.MousePos : ImVec2{io.DisplaySize.x / 2, io.DisplaySize.y / 2};
}

void KeyboardPointer::move(const Ui& ui, ImVec2 way) {
  constexpr float kLittle = 2;  // design pixels
  constexpr float kHeld = 12;
  begin();
  constexpr std::array kArrows = {kKeyRight, kKeyLeft, kKeyDown, kKeyUp};
  const bool holds = std::any_of(kArrows.begin(), kArrows.end(), [](int key) { return held_seconds(key) > 0; });
  const float step = ui.px(holds ? kHeld : kLittle);
  at_ = {at_.x + step * way.x, at_.y + step * way.y};
}

void KeyboardPointer::jump(const Ui& ui, ImVec2 way) {
  constexpr float kAside = 3;  // a pixel to the side counts as so many ahead
  begin();
  float nearest = std::numeric_limits<float>::max();
  ImVec2 target = at_;
  for (const Landmarks::Landmark& landmark : ui.landmarks.all()) {
    if (!landmark.visible) continue;
    const ImVec2 to = landmark.box.middle();
    const float ahead = (to.x - at_.x) * way.x + (to.y - at_.y) * way.y;
    const float half = (way.x != 0 ? landmark.box.h : landmark.box.w) / 2;
    const float aside = std::max(0.0F, std::abs((to.x - at_.x) * way.y) + std::abs((to.y - at_.y) * way.x) - half);
    const float distance = ahead + kAside * aside;
    if (ahead < 1 || distance >= nearest) continue;
    nearest = distance;
    target = to;
  }
  at_ = target;
}

void KeyboardPointer::scroll(float steps) {
  begin();
  wheel_ += steps;
}

void KeyboardPointer::draw(const Ui& ui) const {
  if (!active_) return;
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  const float radius = ui.px(pressed_ ? 7 : 10);
  list.AddCircle(at_, radius, IM_COL32(0, 0, 0, 200), 0, ui.px(5));
  list.AddCircle(at_, radius, ui.palette().mark, 0, ui.px(2));
  list.AddCircleFilled(at_, ui.px(2.5F), IM_COL32(0, 0, 0, 200));
  list.AddCircleFilled(at_, ui.px(1.5F), ui.palette().mark);
}

}  // namespace zf::viewer
