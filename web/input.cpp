#include "web/input.h"

#include <imgui.h>

#include <algorithm>
#include <cfloat>

#include "core/viewer/keys.h"

namespace zf::web {

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
      viewer::hold_modifiers((event.modifiers & kCtrl) != 0, (event.modifiers & kShift) != 0, (event.modifiers & kAlt) != 0);
      viewer::hold_key(event.code, event.down);
      break;
    case Kind::kText:
      io.AddInputCharactersUTF8(event.text.c_str());
      break;
    case Kind::kRelease:
      viewer::release_keys();
      std::fill(std::begin(io.MouseDown), std::end(io.MouseDown), false);
      break;
  }
}

}  // namespace zf::web
