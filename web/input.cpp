#include "web/input.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cfloat>
#include <utility>

namespace zf::web {

void Input::connect() const {
  // GLFW's numbers, as core/viewer/shortcuts.h has them.
  constexpr std::array<std::pair<ImGuiKey, int>, 22> kKeys = {
      {{ImGuiKey_Tab, 258},       {ImGuiKey_LeftArrow, 263}, {ImGuiKey_RightArrow, 262}, {ImGuiKey_UpArrow, 265},
       {ImGuiKey_DownArrow, 264}, {ImGuiKey_PageUp, 266},    {ImGuiKey_PageDown, 267},   {ImGuiKey_Home, 268},
       {ImGuiKey_End, 269},       {ImGuiKey_Insert, 260},    {ImGuiKey_Delete, 261},     {ImGuiKey_Backspace, 259},
       {ImGuiKey_Space, 32},      {ImGuiKey_Enter, 257},     {ImGuiKey_Escape, 256},     {ImGuiKey_KeyPadEnter, 335},
       {ImGuiKey_A, 'A'},         {ImGuiKey_C, 'C'},         {ImGuiKey_V, 'V'},          {ImGuiKey_X, 'X'},
       {ImGuiKey_Y, 'Y'},         {ImGuiKey_Z, 'Z'}}};
  for (const auto& [key, number] : kKeys) ImGui::GetIO().KeyMap[key] = number;
}

void Input::leave() { move(-FLT_MAX, -FLT_MAX); }

void Input::release_all() { events_.push_back({Kind::kRelease, 0, 0, 0, false, {}}); }

void Input::apply() {
  // A frame sees one press or release and where the pointer was then.
  for (bool changed = false; !events_.empty() && !changed; events_.pop_front()) {
    const Event& event = events_.front();
    changed = event.kind == Kind::kButton || event.kind == Kind::kKey;
    hand_over(event);
  }
}

void Input::hand_over(const Event& event) {
  ImGuiIO& io = ImGui::GetIO();
  switch (event.kind) {
    case Kind::kMove:
      io.MousePos = {event.x, event.y};
      break;
    case Kind::kButton:
      if (event.code >= 0 && event.code < ImGuiMouseButton_COUNT) io.MouseDown[event.code] = event.down;
      break;
    case Kind::kWheel:
      io.MouseWheelH += event.x;
      io.MouseWheel += event.y;
      break;
    case Kind::kKey:
      if (event.code >= 0 && event.code < IM_ARRAYSIZE(io.KeysDown)) io.KeysDown[event.code] = event.down;
      io.KeyCtrl = (event.modifiers & kCtrl) != 0;
      io.KeyShift = (event.modifiers & kShift) != 0;
      io.KeyAlt = (event.modifiers & kAlt) != 0;
      break;
    case Kind::kText:
      io.AddInputCharactersUTF8(event.text.c_str());
      break;
    case Kind::kRelease:
      std::fill(std::begin(io.KeysDown), std::end(io.KeysDown), false);
      std::fill(std::begin(io.MouseDown), std::end(io.MouseDown), false);
      io.KeyCtrl = io.KeyShift = io.KeyAlt = false;
      break;
  }
}

}  // namespace zf::web
