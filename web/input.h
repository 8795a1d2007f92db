#pragma once

#include <deque>
#include <string>

namespace zf::web {

/// What the page tells of pointer and keys, handed to ImGui in its order: a press and a release that come between two frames
/// are both seen.
class Input {
 public:
  enum Modifier : int { kCtrl = 1, kShift = 2, kAlt = 4 };

  /// To a place of the canvas, in its pixels.
  void move(float x, float y) { events_.push_back({Kind::kMove, x, y, 0, false, {}}); }
  /// The pointer left the canvas.
  void leave();
  /// 0 left, 1 right, 2 middle.
  void button(int button, bool down) { events_.push_back({Kind::kButton, 0, 0, button, down, {}}); }
  /// In ImGui's steps of about five lines.
  void wheel(float x, float y) { events_.push_back({Kind::kWheel, x, y, 0, false, {}}); }
  /// By GLFW's number, with the modifiers as they are then.
  void key(int key, bool down, int modifiers) { events_.push_back({Kind::kKey, 0, 0, key, down, {}, modifiers}); }
  void text(std::string utf8) { events_.push_back({Kind::kText, 0, 0, 0, false, std::move(utf8)}); }
  /// The page lost the keyboard: nothing is held down any more.
  void release_all();

  /// Before ImGui::NewFrame: hands over what fits into one frame.
  void apply();
  /// Whether something is left for the next frame.
  [[nodiscard]] bool waiting() const { return !events_.empty(); }

 private:
  enum class Kind { kMove, kButton, kWheel, kKey, kText, kRelease };
  struct Event {
    Kind kind;
    float x;
    float y;
    int code;
    bool down;
    std::string text;
    int modifiers = 0;
  };
  static void hand_over(const Event& event);

  std::deque<Event> events_;
};

}  // namespace zf::web
