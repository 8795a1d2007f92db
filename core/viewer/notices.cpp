#include "core/viewer/notices.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/viewer/icons.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {
constexpr double kSeconds = 6;
constexpr std::size_t kMost = 3;
}  // namespace

bool Notices::fading() const {
  return std::any_of(shown_.begin(), shown_.end(), [](const Notice& notice) { return !notice.error; });
}

bool Notices::dismiss() {
  if (shown_.empty()) return false;
  shown_.pop_back();
  since_.pop_back();
  return true;
}

void Notices::draw(const Ui& ui, const Box& window) {
  for (Notice& notice : ui.session.take_notices()) {
    shown_.push_back(std::move(notice));
    since_.push_back(ImGui::GetTime());
  }
  for (std::size_t i = shown_.size(); i-- > 0;) {
    const bool old = !shown_[i].error && ImGui::GetTime() - since_[i] > kSeconds;
    if (!old && shown_.size() - i <= kMost) continue;
    shown_.erase(shown_.begin() + static_cast<std::ptrdiff_t>(i));
    since_.erase(since_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  float bottom = window.y + window.h - ui.space(4);
  for (std::size_t i = shown_.size(); i-- > 0;) bottom = draw_one(ui, i, window, bottom);
}

float Notices::draw_one(const Ui& ui, std::size_t index, const Box& window, float bottom) {
  const Notice notice = shown_[index];
  const Palette& p = ui.palette();
  const float width = std::min(ui.px(560), window.w - 2 * ui.space(4));
  const float side = control_height(ui);
  const float words = std::max(ui.px(40), width - ui.space(6) - 2 * side);
  const float height = paragraph_height(ui.fonts().body, notice.text, words) + ui.space(1) +
                       paragraph_height(ui.fonts().small, notice.advice, words) + 2 * ui.space(3);
  const Box box{window.x + (window.w - width) / 2, bottom - height, width, height};
  ImGui::SetNextWindowPos(box.min());
  ImGui::SetNextWindowSize({box.w, box.h});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, p.panel);
  ImGui::Begin(
      fmt::format("notice {}", index).c_str(), nullptr,
      ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImU32 colour = notice.error ? p.error : p.accent;
  list.AddRect(box.min(), box.max(), colour, ui.px(10), 0, ui.px(1.5F));
  draw_text(list, ui.fonts().body, colour, {box.x + ui.space(4), box.y + ui.space(3) + ui.fonts().body->FontSize / 2},
            notice.error ? icon::kWarning : icon::kCheck);
  ImGui::SetCursorScreenPos({box.x + ui.space(4) + side, box.y + ui.space(3)});
  ImGui::BeginGroup();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, ui.space(1)});
  paragraph(ui.fonts().body, p.ink, notice.text, words);
  paragraph(ui.fonts().small, p.soft, notice.advice, words);
  ImGui::PopStyleVar();
  ImGui::EndGroup();
  ImGui::SetCursorScreenPos({box.x + box.w - side - ui.space(2), box.y + ui.space(2)});
  const bool close = icon_button(ui, icon::kClose, "Dismiss", "Esc");
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (close) {
    shown_.erase(shown_.begin() + static_cast<std::ptrdiff_t>(index));
    since_.erase(since_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  return box.y - ui.space(2);
}

}  // namespace zf::viewer
