#pragma once

namespace zf::viewer {

/// Keys by GLFW's numbers: printable ones are their capitals' ASCII codes. Dear ImGui counts keys in another way, which changed with its
/// version 1.87; these functions know both, so that nothing else needs to.
enum Key : int {
  kKeySpace = ' ',
  kKeyComma = ',',
  kKeyMinus = '-',
  kKeyPeriod = '.',
  kKeySlash = '/',
  kKeyEqual = '=',
  kKeyLeftBracket = '[',
  kKeyRightBracket = ']',
  kKeyEscape = 256,
  kKeyEnter = 257,
  kKeyTab = 258,
  kKeyBackspace = 259,
  kKeyInsert = 260,
  kKeyDelete = 261,
  kKeyRight = 262,
  kKeyLeft = 263,
  kKeyDown = 264,
  kKeyUp = 265,
  kKeyPageUp = 266,
  kKeyPageDown = 267,
  kKeyHome = 268,
  kKeyEnd = 269,
  kKeyF1 = 290,
  kKeyKeypadEnter = 335,
};

/// Whether the key is down.
[[nodiscard]] bool is_held(int key);
/// Since when, in seconds; 0 in the frame in which it went down, negative while it is up.
[[nodiscard]] float held_seconds(int key);
/// Whether it went down in this frame, or `repeats` while it is held.
[[nodiscard]] bool is_pressed(int key, bool repeats = false);

/// For hosts without one of ImGui's own backends: once behind ImGui::CreateContext, then what happens to keys.
void connect_keys();
void hold_key(int key, bool down);
void hold_modifiers(bool ctrl, bool shift, bool alt);
void release_keys();

}  // namespace zf::viewer
