#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/viewer/ui.h"

namespace zf::viewer {

/// Keys by the numbers under which hosts hold them down in ImGui's KeysDown, which are GLFW's: printable ones are their
/// capitals' ASCII codes.
enum Key : int {
  kKeyComma = ',',
  kKeyMinus = '-',
  kKeyPeriod = '.',
  kKeySlash = '/',
  kKeyEqual = '=',
  kKeyLeftBracket = '[',
  kKeyRightBracket = ']',
  kKeyEscape = 256,
  kKeyEnter = 257,
  kKeyRight = 262,
  kKeyLeft = 263,
  kKeyDown = 264,
  kKeyUp = 265,
  kKeyPageUp = 266,
  kKeyPageDown = 267,
  kKeyF1 = 290,
};

/// Something to do by keyboard.
struct Shortcut {
  int key = 0;
  bool ctrl = false;
  bool shift = false;
  std::string keys;  ///< for people: "Ctrl+Z"
  std::string what;
  std::function<void()> act;
};

/// Acts on the keys that went down in this frame, unless somebody types text.
void answer_keys(const std::vector<Shortcut>& shortcuts);

/// All keys and what they do, over everything else; `open` becomes false where the user closes it.
void draw_help(const Ui& ui, const std::vector<Shortcut>& shortcuts, bool& open);

}  // namespace zf::viewer
