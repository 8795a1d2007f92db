#include "core/viewer/panels/unit_panel.h"

#include <fmt/format.h>

#include <cmath>

#include "core/report/captions.h"
#include "core/viewer/export.h"
#include "core/viewer/icons.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr std::array<const char*, kUnitPictures> kTitles = {"Photo", "Deconvnet", "Gradient", "Guided"};
/// Smaller pictures are drawn with sharp pixels.
constexpr int kSmoothFrom = 40;

}  // namespace

void UnitPanel::draw(const Ui& ui, float width) {
  draw_unit(ui, width);
  if (!ui.session.unit() || !ui.session.model()) return;
  card_gap(ui);
  top9_.draw(ui, width);
}

void UnitPanel::save(const Ui& ui) { save_unit(ui, ui.settings.get(kCrop)); }

void UnitPanel::draw_unit(const Ui& ui, float width) {
  const Card card(ui, width);
  draw_title(ui, card.width());
  if (!ui.session.unit() || !ui.session.photo() || !ui.session.model()) {
    caption(ui, "Choose a map to see what it answers to.", "Fig. 2", card.width());
    return;
  }
  take_up(ui);
  caption(ui, "The photo's patch that this unit sees, and its activation run backwards to pixels under three rules.", "Section 2.1, Fig. 2",
          card.width());
  draw_pictures(ui, card.width());
  draw_facts(ui, card.width());
}

void UnitPanel::take_up(const Ui& ui) {
  if (shown_ == ui.session.unit_number() && cropped_ == ui.settings.get(kCrop)) return;
  shown_ = ui.session.unit_number();
  cropped_ = ui.settings.get(kCrop);
  pictures_ = picture_unit(*ui.session.unit(), *ui.session.photo(), ui.session.model()->preprocess, cropped_);
  const Sampling sampling = pictures_.part.w < kSmoothFrom ? Sampling::kCrisp : Sampling::kSmooth;
  for (std::size_t i = 0; i < kUnitPictures; ++i) {
    textures_[i] = pictures_.all[i] ? Texture(ui.host, *pictures_.all[i], sampling) : Texture();
  }
}

void UnitPanel::draw_title(const Ui& ui, float width) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  const auto& unit = ui.session.unit();
  const bool places = ui.session.layer() && ui.session.layer()->story.maps.shape().plane() > 1;
  const std::string title = unit ? fmt::format("{}, {} {}", unit->layer, places ? "map" : "unit", unit->seed.map) : "Unit";
  draw_text(*ImGui::GetWindowDrawList(), ui.fonts().strong, ui.palette().ink, {origin.x, origin.y + side / 2},
            shortened(ui.fonts().strong, title, width - 5 * side));
  float x = origin.x + width - (unit ? 5 : 0) * side;
  const auto next = [&] {
    ImGui::SetCursorScreenPos({x, origin.y});
    x += side;
  };
  if (unit) {
    next();
    if (icon_button(ui, icon::kChevronLeft, "Stronger map", "[")) ui.session.step_map(-1);
    next();
    if (icon_button(ui, icon::kChevronRight, "Weaker map", "]")) ui.session.step_map(1);
    next();
    const MutedMap map{unit->layer, unit->seed.map};
    const bool muted = ui.session.is_muted(map);
    if (icon_button(ui, icon::kMute, muted ? "Unmute map" : "Mute map", "M", true, muted)) ui.session.toggle_mute(map);
    next();
    if (icon_button(ui, icon::kCrop, "Crop to what it sees", "C", true, ui.settings.get(kCrop))) ui.settings.toggle(kCrop);
    next();
    if (icon_button(ui, icon::kSave, "Save unit", "Ctrl+Shift+S")) save(ui);
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, side});
}

void UnitPanel::draw_pictures(const Ui& ui, float width) {
  const float gap = ui.space(3);
  const float side = std::floor((width - gap) / 2);
  const float height = std::round(side * static_cast<float>(pictures_.part.h) / static_cast<float>(std::max(pictures_.part.w, 1)));
  const float title = ui.fonts().small->FontSize + ui.space(1);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  for (std::size_t i = 0; i < kUnitPictures; ++i) {
    const std::size_t row = i / 2;
    const Box box{origin.x + static_cast<float>(i % 2) * (side + gap), origin.y + static_cast<float>(row) * (height + title + gap), side,
                  height};
    draw_cell(ui, i, box);
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, 2 * (height + title) + gap});
}

void UnitPanel::draw_cell(const Ui& ui, std::size_t cell, const Box& box) {
  const bool is_rule = cell > 0;
  const bool chosen = is_rule && static_cast<std::size_t>(ui.session.choice().rule) == cell - 1;
  ImGui::SetCursorScreenPos(box.min());
  const std::string name = is_rule ? fmt::format("Rule {}", kTitles[cell]) : "Patch";
  if (ImGui::InvisibleButton(name.c_str(), {box.w, box.h}) && is_rule) ui.session.choose_rule(static_cast<Rule>(cell - 1));
  ui.landmarks.add(name, box);
  draw_picture(ui, textures_[cell], box);
  if (chosen) draw_frame(ui, box, ui.palette().mark);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  draw_text(list, ui.fonts().small, chosen ? ui.palette().accent : ui.palette().soft,
            {box.x, box.y + box.h + ui.space(1) + ui.fonts().small->FontSize / 2}, kTitles[cell]);
}

void UnitPanel::draw_facts(const Ui& ui, float width) const {
  const UnitView& unit = *ui.session.unit();
  const auto rule = static_cast<std::size_t>(ui.session.choice().rule);
  const float reach = pictures_.reach[rule + 1];
  if (unit.projections[rule]) colour_bar(ui, Colormap::kGrey, {-reach, reach}, reach, width, kTitles[rule + 1]);
  const bool places = ui.session.layer() && ui.session.layer()->story.maps.shape().plane() > 1;
  const std::string where = places ? fmt::format(" at row {}, column {}", unit.seed.y, unit.seed.x) : std::string();
  // Two sides with spaces where no line ends.
  paragraph(
      ui.fonts().body, ui.palette().ink,
      fmt::format("Activation {}{}; sees {}\u00A0×\u00A0{} pixels.", short_number(unit.seed.value), where, unit.field.w, unit.field.h),
      width);
  std::string how = explain(ui.session.choice().rule);
  caption(ui,
          fmt::format("{}: {}. A projection reconstructs what excites this unit in this photo; it is no sample, and no proof of why a "
                      "class was chosen.",
                      kTitles[rule + 1], how),
          {}, width);
}

}  // namespace zf::viewer
