#include "core/viewer/widgets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/figures/axis.h"
#include "core/report/captions.h"
#include "core/viewer/icons.h"
#include "core/viewer/spelling.h"

namespace zf::viewer {

namespace {

constexpr const char* kEllipsis = "…";

const char* end_of(std::string_view s) { return s.data() + s.size(); }

ImU32 to_imgui(Colour colour) { return IM_COL32(colour.r, colour.g, colour.b, 255); }

}  // namespace

const Landmarks::Landmark* Landmarks::find(const std::string& name) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Landmark& landmark) { return landmark.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

Card::Card(const Ui& ui, float width, float height)
    : ui_(&ui), width_(width), height_(height), padding_(ui.space(4)), origin_(ImGui::GetCursorScreenPos()) {
  splitter_.Split(ImGui::GetWindowDrawList(), 2);
  splitter_.SetCurrentChannel(ImGui::GetWindowDrawList(), 1);
  ImGui::SetCursorScreenPos({origin_.x + padding_, origin_.y + padding_});
  ImGui::BeginGroup();
}

Card::~Card() {
  ImGui::EndGroup();
  const float bottom = height_ > 0 ? origin_.y + height_ : ImGui::GetItemRectMax().y + padding_;
  ImDrawList* list = ImGui::GetWindowDrawList();
  splitter_.SetCurrentChannel(list, 0);
  list->AddRectFilled(origin_, {origin_.x + width_, bottom}, ui_->palette().panel, ui_->px(10));
  splitter_.Merge(list);
  ImGui::SetCursorScreenPos(origin_);
  ImGui::Dummy({width_, bottom - origin_.y});
}

void card_gap(const Ui& ui) { ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ImGui::GetStyle().ItemSpacing.y + ui.space(3)); }

float Card::height_left() const { return origin_.y + height_ - padding_ - ImGui::GetCursorScreenPos().y; }

ImVec2 text_size(const ImFont* font, std::string_view line) {
  const std::string shown = spelled(font, line);
  return font->CalcTextSizeA(font->FontSize, 1e9F, 0, shown.data(), end_of(shown));
}

float paragraph_height(const ImFont* font, std::string_view words, float width) {
  const std::string shown = spelled(font, words);
  return font->CalcTextSizeA(font->FontSize, 1e9F, width, shown.data(), end_of(shown)).y;
}

std::string shortened(const ImFont* font, std::string_view line, float width) {
  const std::string whole = spelled(font, line);
  if (text_size(font, whole).x <= width) return whole;
  std::size_t length = whole.size();
  std::string result;
  do {
    do {
      --length;
    } while (length > 0 && (static_cast<unsigned char>(whole[length]) & 0xC0U) == 0x80U);
    result = whole.substr(0, length) + kEllipsis;
  } while (length > 0 && text_size(font, result).x > width);
  return result;
}

void text(const ImFont* font, ImU32 colour, std::string_view line, float width) {
  const std::string shown = width > 0 ? shortened(font, line, width) : spelled(font, line);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddText(font, font->FontSize, at, colour, shown.data(), end_of(shown));
  ImGui::Dummy({std::ceil(text_size(font, shown).x), font->FontSize});
}

void paragraph(const ImFont* font, ImU32 colour, std::string_view words, float width) {
  const std::string shown = spelled(font, words);
  ImGui::GetWindowDrawList()->AddText(font, font->FontSize, ImGui::GetCursorScreenPos(), colour, shown.data(), end_of(shown), width);
  ImGui::Dummy({width, paragraph_height(font, shown, width)});
}

void draw_text(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at, std::string_view line) {
  const std::string shown = spelled(font, line);
  list.AddText(font, font->FontSize, {std::round(at.x), std::round(at.y - font->FontSize / 2)}, colour, shown.data(), end_of(shown));
}

void heading(const Ui& ui, std::string_view title, float width) { text(ui.fonts().strong, ui.palette().ink, title, width); }

void caption(const Ui& ui, std::string_view words, std::string_view place_in_paper, float width) {
  const std::string line = place_in_paper.empty() ? std::string(words) : fmt::format("{} ({})", words, place_in_paper);
  paragraph(ui.fonts().small, ui.palette().soft, line, width);
}

float control_height(const Ui& ui) { return ui.px(32); }

Box last_item() {
  const ImVec2 min = ImGui::GetItemRectMin();
  const ImVec2 max = ImGui::GetItemRectMax();
  return {min.x, min.y, max.x - min.x, max.y - min.y};
}

void tooltip(const Ui& ui, std::string_view words, std::string_view keys) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.space(3), ui.space(2)});
  ImGui::BeginTooltip();
  text(ui.fonts().small, ui.palette().ink, words);
  if (!keys.empty()) {
    ImGui::SameLine();
    text(ui.fonts().small, ui.palette().soft, keys);
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

bool icon_button(const Ui& ui, const char* icon, const std::string& name, std::string_view keys, bool enabled, bool chosen) {
  const float side = control_height(ui);
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::InvisibleButton(name.c_str(), {side, side});
  const Box box = last_item();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (chosen) list.AddRectFilled(box.min(), box.max(), ui.palette().tint, ui.px(6));
  if (ImGui::IsItemHovered() && enabled) list.AddRectFilled(box.min(), box.max(), ui.palette().hovered, ui.px(6));
  const ImU32 colour = chosen ? ui.palette().accent : enabled ? ui.palette().ink : ui.palette().line;
  const ImVec2 size = text_size(ui.fonts().body, icon);
  draw_text(list, ui.fonts().body, colour, {box.x + (side - size.x) / 2, box.y + side / 2}, icon);
  ImGui::EndDisabled();
  tooltip(ui, name, keys);
  ui.landmarks.add(name, box);
  return pressed;
}

float button_width(const Ui& ui, const char* icon, std::string_view name) {
  const float icon_width = icon != nullptr ? text_size(ui.fonts().body, icon).x + ui.space(name.empty() ? 0 : 2) : 0;
  return std::ceil(text_size(ui.fonts().body, name).x + icon_width) + 2 * ui.space(3);
}

bool button(const Ui& ui, const char* icon, const std::string& name, bool primary) {
  const ImVec2 size{button_width(ui, icon, name), control_height(ui)};
  const bool pressed = ImGui::InvisibleButton(name.c_str(), size);
  const Box box = last_item();
  const bool hovered = ImGui::IsItemHovered();
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(box.min(), box.max(), primary ? p.accent : hovered ? p.hovered : p.raised, ui.px(6));
  const ImU32 ink = primary ? p.on_accent : p.ink;
  float x = box.x + ui.space(3);
  if (icon != nullptr) {
    draw_text(list, ui.fonts().body, ink, {x, box.y + box.h / 2}, icon);
    x += text_size(ui.fonts().body, icon).x + ui.space(2);
  }
  draw_text(list, ui.fonts().body, ink, {x, box.y + box.h / 2}, name);
  ui.landmarks.add(name, box);
  return pressed;
}

int segmented(const Ui& ui, std::span<const std::string> names, int chosen, const std::string& group) {
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float height = control_height(ui);
  const float inset = ui.px(2);
  float width = 0;
  for (const std::string& name : names) width += button_width(ui, nullptr, name);
  list.AddRectFilled(origin, {origin.x + width, origin.y + height}, p.raised, ui.px(6));
  float x = origin.x;
  int result = chosen;
  for (int i = 0; i < static_cast<int>(names.size()); ++i) {
    const std::string& name = names[static_cast<std::size_t>(i)];
    const float w = button_width(ui, nullptr, name);
    ImGui::SetCursorScreenPos({x, origin.y});
    const std::string landmark = group.empty() ? name : fmt::format("{} {}", group, name);
    if (ImGui::InvisibleButton(landmark.c_str(), {w, height})) result = i;
    const Box box = last_item();
    if (i == chosen) {
      list.AddRectFilled({box.x + inset, box.y + inset}, {box.x + w - inset, box.y + height - inset}, p.tint, ui.px(5));
    }
    const ImU32 ink = i == chosen ? p.accent : ImGui::IsItemHovered() ? p.ink : p.soft;
    draw_text(list, ui.fonts().body, ink, {x + ui.space(3), origin.y + height / 2}, name);
    ui.landmarks.add(landmark, box);
    x += w;
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, height});
  return result;
}

void colour_bar(const Ui& ui, Colormap colormap, const Range& range, float most, float width, std::string_view title) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const ImFont* font = ui.fonts().small;
  const float thickness = ui.px(10);
  const float title_width = title.empty() ? 0 : std::ceil(text_size(font, title).x) + ui.space(2);
  if (!title.empty()) draw_text(list, font, ui.palette().soft, {origin.x, origin.y + thickness / 2}, title);
  const Box bar{origin.x + title_width, origin.y, width - title_width, thickness};
  constexpr int kSteps = 64;
  for (int i = 0; i < kSteps; ++i) {
    const auto at = [&](int k) { return bar.x + std::round(bar.w * static_cast<float>(k) / kSteps); };
    list.AddRectFilled({at(i), bar.y}, {at(i + 1), bar.y + bar.h}, to_imgui(colour_at(colormap, (static_cast<float>(i) + 0.5F) / kSteps)));
  }
  const float text_middle = bar.y + bar.h + ui.space(1) + font->FontSize / 2;
  float free_until = bar.x + bar.w;
  if (most > range.high) {
    const std::string end = fmt::format("≥ {}", short_number(range.high));
    free_until -= text_size(font, end).x;
    draw_text(list, font, ui.palette().soft, {free_until, text_middle}, end);
    free_until -= ui.space(2);
  }
  if (range.high > range.low) {
    // Few ticks may all lie outside of a short range.
    std::vector<double> ticks;
    for (int wanted = std::max(2, static_cast<int>(bar.w / ui.px(64))), tries = 0; ticks.size() < 2 && tries < 4; ++wanted, ++tries) {
      ticks = nice_ticks({range.low, range.high}, wanted);
    }
    const std::vector<std::string> labels = tick_labels(ticks);
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      const float x = bar.x + bar.w * position(static_cast<float>(ticks[i]), range);
      const float w = text_size(font, labels[i]).x;
      const float left = std::max(bar.x, std::min(x - w / 2, bar.x + bar.w - w));
      if (left + w > free_until) continue;
      list.AddLine({x, bar.y + bar.h}, {x, bar.y + bar.h + ui.px(3)}, ui.palette().soft);
      draw_text(list, font, ui.palette().soft, {left, text_middle}, labels[i]);
    }
  } else {
    draw_text(list, font, ui.palette().soft, {bar.x, text_middle}, "0 everywhere");
  }
  ImGui::Dummy({width, thickness + ui.space(1) + font->FontSize});
}

void draw_picture(const Ui& ui, const Texture& texture, const Box& box, float rounding) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (texture.empty()) {
    list.AddRectFilled(box.min(), box.max(), ui.palette().raised, ui.px(rounding));
  } else {
    list.AddImageRounded(texture.id(), box.min(), box.max(), {0, 0}, {1, 1}, IM_COL32_WHITE, ui.px(rounding));
  }
}

void draw_frame(const Ui& ui, const Box& box, ImU32 colour, float thickness) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRect(box.min(), box.max(), IM_COL32(0, 0, 0, 160), ui.px(3), 0, ui.px(thickness) + 2);
  list.AddRect(box.min(), box.max(), colour, ui.px(3), 0, ui.px(thickness));
}

bool progress_line(const Ui& ui, const Progress& progress, std::string_view what, float width) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float button = control_height(ui);
  const float bar = width - button - ui.space(2);
  const std::string left = progress.seconds_left
                               ? fmt::format("{}: {:.0f} %, {:.0f} s left", what, 100 * progress.part, std::ceil(*progress.seconds_left))
                               : fmt::format("{} …", what);
  text(ui.fonts().small, ui.palette().soft, left, bar);
  const float y = origin.y + ui.fonts().small->FontSize + ui.space(2);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({origin.x, y}, {origin.x + bar, y + ui.px(4)}, ui.palette().raised, ui.px(2));
  list.AddRectFilled({origin.x, y}, {origin.x + bar * static_cast<float>(progress.part), y + ui.px(4)}, ui.palette().accent, ui.px(2));
  ImGui::SetCursorScreenPos({origin.x + bar + ui.space(2), origin.y});
  return icon_button(ui, icon::kClose, fmt::format("Cancel {}", what), {});
}

}  // namespace zf::viewer
