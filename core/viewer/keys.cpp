#include "core/viewer/keys.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <utility>

namespace zf::viewer {

#if IMGUI_VERSION_NUM >= 18700

namespace {

ImGuiKey named(int key) {
  constexpr std::array<std::pair<int, ImGuiKey>, 24> kNames = {{{kKeySpace, ImGuiKey_Space},
                                                                {kKeyComma, ImGuiKey_Comma},
                                                                {kKeyMinus, ImGuiKey_Minus},
                                                                {kKeyPeriod, ImGuiKey_Period},
                                                                {kKeySlash, ImGuiKey_Slash},
                                                                {kKeyEqual, ImGuiKey_Equal},
                                                                {kKeyLeftBracket, ImGuiKey_LeftBracket},
                                                                {kKeyRightBracket, ImGuiKey_RightBracket},
                                                                {kKeyEscape, ImGuiKey_Escape},
                                                                {kKeyEnter, ImGuiKey_Enter},
                                                                {kKeyTab, ImGuiKey_Tab},
                                                                {kKeyBackspace, ImGuiKey_Backspace},
                                                                {kKeyInsert, ImGuiKey_Insert},
                                                                {kKeyDelete, ImGuiKey_Delete},
                                                                {kKeyRight, ImGuiKey_RightArrow},
                                                                {kKeyLeft, ImGuiKey_LeftArrow},
                                                                {kKeyDown, ImGuiKey_DownArrow},
                                                                {kKeyUp, ImGuiKey_UpArrow},
                                                                {kKeyPageUp, ImGuiKey_PageUp},
                                                                {kKeyPageDown, ImGuiKey_PageDown},
                                                                {kKeyHome, ImGuiKey_Home},
                                                                {kKeyEnd, ImGuiKey_End},
                                                                {kKeyF1, ImGuiKey_F1},
                                                                {kKeyKeypadEnter, ImGuiKey_KeypadEnter}}};
  if (key >= '0' && key <= '9') return static_cast<ImGuiKey>(ImGuiKey_0 + (key - '0'));
  if (key >= 'A' && key <= 'Z') return static_cast<ImGuiKey>(ImGuiKey_A + (key - 'A'));
  const auto* found = std::find_if(kNames.begin(), kNames.end(), [&](const auto& name) { return name.first == key; });
  return found == kNames.end() ? ImGuiKey_None : found->second;
}

}  // namespace

bool is_held(int key) { return ImGui::IsKeyDown(named(key)); }

float held_seconds(int key) {
  const ImGuiKey name = named(key);
  return name == ImGuiKey_None ? -1.0F : ImGui::GetIO().KeysData[name - ImGuiKey_KeysData_OFFSET].DownDuration;
}

bool is_pressed(int key, bool repeats) {
  const ImGuiKey name = named(key);
  return name != ImGuiKey_None && ImGui::IsKeyPressed(name, repeats);
}

void connect_keys() {}

void hold_key(int key, bool down) {
  const ImGuiKey name = named(key);
  if (name != ImGuiKey_None) ImGui::GetIO().AddKeyEvent(name, down);
}

void hold_modifiers(bool ctrl, bool shift, bool alt) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddKeyEvent(ImGuiMod_Ctrl, ctrl);
  io.AddKeyEvent(ImGuiMod_Shift, shift);
  io.AddKeyEvent(ImGuiMod_Alt, alt);
}

void release_keys() { ImGui::GetIO().ClearInputKeys(); }

#else

bool is_held(int key) { return ImGui::IsKeyDown(key); }

float held_seconds(int key) { return ImGui::GetIO().KeysDownDuration[key]; }

bool is_pressed(int key, bool repeats) { return ImGui::IsKeyPressed(key, repeats); }

void connect_keys() {
  constexpr std::array<std::pair<ImGuiKey, int>, 22> kKeys = {{{ImGuiKey_Tab, kKeyTab},
                                                               {ImGuiKey_LeftArrow, kKeyLeft},
                                                               {ImGuiKey_RightArrow, kKeyRight},
                                                               {ImGuiKey_UpArrow, kKeyUp},
                                                               {ImGuiKey_DownArrow, kKeyDown},
                                                               {ImGuiKey_PageUp, kKeyPageUp},
                                                               {ImGuiKey_PageDown, kKeyPageDown},
                                                               {ImGuiKey_Home, kKeyHome},
                                                               {ImGuiKey_End, kKeyEnd},
                                                               {ImGuiKey_Insert, kKeyInsert},
                                                               {ImGuiKey_Delete, kKeyDelete},
                                                               {ImGuiKey_Backspace, kKeyBackspace},
                                                               {ImGuiKey_Space, kKeySpace},
                                                               {ImGuiKey_Enter, kKeyEnter},
                                                               {ImGuiKey_Escape, kKeyEscape},
                                                               {ImGuiKey_KeyPadEnter, kKeyKeypadEnter},
                                                               {ImGuiKey_A, 'A'},
                                                               {ImGuiKey_C, 'C'},
                                                               {ImGuiKey_V, 'V'},
                                                               {ImGuiKey_X, 'X'},
                                                               {ImGuiKey_Y, 'Y'},
                                                               {ImGuiKey_Z, 'Z'}}};
  for (const auto& [name, key] : kKeys) ImGui::GetIO().KeyMap[name] = key;
}

void hold_key(int key, bool down) {
  ImGuiIO& io = ImGui::GetIO();
  if (key >= 0 && key < IM_ARRAYSIZE(io.KeysDown)) io.KeysDown[key] = down;
}

void hold_modifiers(bool ctrl, bool shift, bool alt) {
  ImGuiIO& io = ImGui::GetIO();
  io.KeyCtrl = ctrl;
  io.KeyShift = shift;
  io.KeyAlt = alt;
  io.KeyMods = (ctrl ? ImGuiKeyModFlags_Ctrl : 0) | (shift ? ImGuiKeyModFlags_Shift : 0) | (alt ? ImGuiKeyModFlags_Alt : 0);
}

void release_keys() {
  ImGuiIO& io = ImGui::GetIO();
  std::fill(std::begin(io.KeysDown), std::end(io.KeysDown), false);
  hold_modifiers(false, false, false);
}

#endif

}  // namespace zf::viewer
