#pragma once

#include <imgui.h>

#include "core/viewer/ui.h"

namespace zf::viewer {

/// The mouse's pointer, moved and pressed by keys, so that whatever is pointed at, clicked or dragged is so without a mouse. It
/// stands in for the mouse from its first move on, until the mouse is moved or pressed.
class KeyboardPointer {
 public:
  /// Takes the mouse's place in this frame's input, between what the host gave and ImGui::NewFrame. Enter is its button.
  void stand_in();
  /// A little in the direction `way`, 1 along one axis, or further while the key is held.
  void move(const Ui& ui, ImVec2 way);
  /// To the middle of the nearest landmark that way, where there is one.
  void jump(const Ui& ui, ImVec2 way);
  /// Turns the wheel by so many steps, up where positive.
  void scroll(float steps);
  /// The ring that shows where it is, over everything else.
  void draw(const Ui& ui) const;

 private:
  void begin();

  bool active_ = false;
  bool pressed_ = false;
  ImVec2 at_;
  ImVec2 shown_;  ///< what ImGui was told last
  ImVec2 given_;  ///< where the host had the mouse
  float wheel_ = 0;
};

}  // namespace zf::viewer
