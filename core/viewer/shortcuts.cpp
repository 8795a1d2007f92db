#include "core/viewer/shortcuts.h"

#include <algorithm>
#include <array>

#include "core/viewer/icons.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

/// Whether a key that is held acts again and again: those that step do, those that switch or save do not.
bool repeats(int key) {
  constexpr std::array<int, 8> kSteps = {kKeyLeftBracket, kKeyRightBracket, kKeyMinus,  kKeyEqual,
                                         kKeyComma,       kKeyPeriod,       kKeyPageUp, kKeyPageDown};
  return (key >= kKeyRight && key <= kKeyUp) || std::find(kSteps.begin(), kSteps.end(), key) != kSteps.end();
}

}  // namespace

void answer_keys(const std::vector<Shortcut>& shortcuts) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantTextInput) return;
  for (const Shortcut& shortcut : shortcuts) {
    const bool modified = shortcut.ctrl == io.KeyCtrl && shortcut.shift == io.KeyShift && !io.KeyAlt;
    if (modified && is_pressed(shortcut.key, repeats(shortcut.key))) shortcut.act();
  }
}

void draw_help(const Ui& ui, const std::vector<Shortcut>& shortcuts, bool& open) {
  constexpr const char* kName = "Keyboard";
  if (open && !ImGui::IsPopupOpen(kName)) ImGui::OpenPopup(kName);
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float row = ui.px(26);
  const float width = std::min(ui.px(560), screen.x - ui.space(4));
  const auto told = std::count_if(shortcuts.begin(), shortcuts.end(), [](const Shortcut& shortcut) { return !shortcut.what.empty(); });
  const float wanted = row * static_cast<float>(told + 1) + ui.px(110);
  const ImVec2 size{width, std::min(wanted, screen.y - ui.space(4))};
  ImGui::SetNextWindowSize(size);
  ImGui::SetNextWindowPos({(screen.x - size.x) / 2, (screen.y - size.y) / 2});
  if (!ImGui::BeginPopupModal(kName, nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) return;
  const float inner = ImGui::GetContentRegionAvail().x;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  text(ui.fonts().title, ui.palette().ink, kName);
  caption(ui, "ZFScope shows what each layer of a network makes of a photo: the deconvnet of Zeiler & Fergus, 2013.", {}, inner);
  ImGui::SetCursorScreenPos({origin.x + inner - control_height(ui), origin.y});
  const bool close = icon_button(ui, icon::kClose, "Close help", "Esc");
  ImGui::SetCursorScreenPos({origin.x, origin.y + ui.px(72)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  const auto line = [&](const std::string& keys, const std::string& what) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text(*ImGui::GetWindowDrawList(), ui.fonts().small, ui.palette().accent, {at.x, at.y + row / 2}, keys);
    draw_text(*ImGui::GetWindowDrawList(), ui.fonts().small, ui.palette().ink, {at.x + ui.px(150), at.y + row / 2},
              shortened(ui.fonts().small, what, inner - ui.px(150)));
    ImGui::Dummy({inner, row});
  };
  for (const Shortcut& shortcut : shortcuts) {
    if (!shortcut.what.empty()) line(shortcut.keys, shortcut.what);
  }
  line("Ctrl+wheel", "Larger or smaller tiles");
  ImGui::PopStyleVar();
  if (close || is_pressed(kKeyEscape) || is_pressed(kKeyF1)) {
    open = false;
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

}  // namespace zf::viewer
