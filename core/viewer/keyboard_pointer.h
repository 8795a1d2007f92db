#pragma once

#include <imgui.h>

#include "core/viewer/ui.h"

namespace zf::viewer {

/// The mouse's pointer, moved and pressed by keys, so that whatever is pointed at, clicked or dragged is so without a mouse. It
/// stands in for the mouse from its first move on, until the mouse is moved or pressed.
class KeyboardPointer {
 public:
  enum class Direction : std::uint8_t { kLeft, kRight, kUp, kDown };

  /// Takes the mouse's place in this frame's input, between what the host gave and ImGui::NewFrame. Enter is its button.
  void stand_in();
  /// A little way, or a larger one while the key is held.
  void move(const Ui& ui, Direction direction);
  /// To the middle of the nearest landmark in that direction, where there is one.
  void jump(const Ui& ui, Direction direction);
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
