#include "core/viewer/panels/ablation_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/viewer/export.h"
#include "core/viewer/export_experiments.h"
#include "core/viewer/panels/retrained_view.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr float kRow = 30;
const std::array<std::string, 2> kNetworks = {"Live", "Retrained"};

}  // namespace

void AblationPanel::draw(const Ui& ui, float width, float height) {
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  ui.settings.set(kRetrained, segmented(ui, kNetworks, ui.settings.get(kRetrained) ? 1 : 0, "Ablation") == 1);
  ImGui::SetCursorScreenPos({origin.x + width - side, origin.y});
  if (icon_button(ui, icon::kSave, "Save ablation", "Ctrl+S")) save(ui);
  ImGui::SetCursorScreenPos({origin.x, origin.y + side + ImGui::GetStyle().ItemSpacing.y});
  if (ui.settings.get(kRetrained)) {
    draw_retrained(ui, width, bottom - ImGui::GetCursorScreenPos().y);
  } else {
    draw_live(ui, width, bottom - ImGui::GetCursorScreenPos().y);
  }
}

void AblationPanel::draw_live(const Ui& ui, float width, float height) {
  const auto& photo = ui.session.photo();
  if (!photo || !photo->look || photo->top.empty()) {
    caption(ui, "Open a photo to mute maps.", {}, width);
    return;
  }
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  if (ui.session.choice().layer == "logits") {
    caption(ui, "The class scores are the answer itself: choose a layer below to mute its maps.", "Table 3", width);
    return;
  }
  follow(ui);
  caption(
      ui,
      fmt::format("Each map of {} muted alone, and what {} loses. Click to look at one, right click to mute it; the prediction follows.",
                  ui.session.choice().layer, readable(photo->top.front().name)),
      "Table 3 does this to whole layers", width);
  draw_muted(ui, width);
  const Progress progress = ranking_.progress();
  const float line = progress.running ? ui.px(44) : 0;
  draw_ranking(ui, width, std::max(ui.px(60), bottom - ImGui::GetCursorScreenPos().y - line));
  if (!progress.error.empty()) paragraph(ui.fonts().small, ui.palette().error, progress.error, width);
  if (progress.running && progress_line(ui, progress, "Muting maps", width)) ranking_.cancel();
}

void AblationPanel::follow(const Ui& ui) {
  Session& session = ui.session;
  const LayerStory* layer = session.model()->find(session.choice().layer);
  if (layer == nullptr || !ranking_.ask(session, session.choice().layer)) return;
  ranking_.start([&](auto found) {
    return ranking_job(session.photo()->look, session.photo()->input, *layer, session.photo()->top.front().index, found);
  });
}

void AblationPanel::draw_muted(const Ui& ui, float width) {
  const std::vector<MutedMap> mutes = ui.session.choice().mutes;
  if (mutes.empty()) {
    text(ui.fonts().small, ui.palette().soft, "Nothing is muted.");
    return;
  }
  constexpr std::size_t kMostChips = 8;
  float left = width;
  for (std::size_t i = 0; i < std::min(mutes.size(), kMostChips); ++i) {
    const std::string name = fmt::format("{} {}", mutes[i].layer, mutes[i].map);
    const float w = button_width(ui, icon::kMute, name) + ui.space(2);
    if (i > 0 && w <= left) ImGui::SameLine();
    if (w > left) left = width;
    left -= w;
    if (button(ui, icon::kMute, name)) ui.session.toggle_mute(mutes[i]);
    tooltip(ui, "Let it speak again");
  }
  if (mutes.size() > kMostChips) text(ui.fonts().small, ui.palette().soft, fmt::format("and {} more", mutes.size() - kMostChips));
}

void AblationPanel::draw_ranking(const Ui& ui, float width, float height) {
  if (!ranking_ || ranking_->drops.empty()) {
    ImGui::Dummy({width, height});
    return;
  }
  const float most = std::max({std::abs(ranking_->drops.front().drop), std::abs(ranking_->drops.back().drop), 1e-6F});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild("ranking", {width, height});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  const float inner = width - ImGui::GetStyle().ScrollbarSize - ui.space(1);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(ranking_->drops.size()), ui.px(kRow));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) draw_row(ui, static_cast<std::size_t>(i), most, inner);
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

void AblationPanel::draw_row(const Ui& ui, std::size_t rank, float most, float width) {
  const Palette& p = ui.palette();
  const MapDrop& drop = ranking_->drops[rank];
  const float height = ui.px(kRow);
  const std::string name = fmt::format("map {}", drop.map);
  ImGui::PushID(drop.map);
  if (ImGui::InvisibleButton("row", {width, height})) ui.session.choose_unit(ranking_->layer, drop.map);
  ImGui::PopID();
  const Box box = last_item();
  ui.landmarks.add(fmt::format("ranked {}", rank), box);
  if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) ui.session.toggle_mute({ranking_->layer, drop.map});
  const auto& unit = ui.session.unit();
  const bool chosen = unit && unit->layer == ranking_->layer && unit->seed.map == drop.map;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (chosen || ImGui::IsItemHovered()) list.AddRectFilled(box.min(), box.max(), chosen ? p.tint : p.raised, ui.px(4));
  const float middle = box.y + height / 2;
  const bool muted = ui.session.is_muted({ranking_->layer, drop.map});
  draw_text(list, ui.fonts().body, chosen ? p.accent : p.ink, {box.x + ui.space(2), middle}, name);
  if (muted) draw_text(list, ui.fonts().body, p.error, {box.x + ui.px(92), middle}, icon::kMute);
  const std::string number = fmt::format("{}{:.2f} %", drop.drop > 0 ? "−" : "+", std::abs(100 * drop.drop));
  const float number_width = ui.px(84);
  draw_text(list, ui.fonts().body, p.soft, {box.x + width - text_size(ui.fonts().body, number).x - ui.space(2), middle}, number);
  const float left = box.x + ui.px(120);
  const float room = std::max(0.0F, width - ui.px(120) - number_width - ui.space(4));
  const float zero = left + room * 0.25F;
  const float end = drop.drop > 0 ? zero + room * 0.75F * drop.drop / most : zero + room * 0.25F * std::max(-1.0F, drop.drop / most);
  list.AddRectFilled({std::min(zero, end), middle - ui.px(4)}, {std::max(zero, end) + 1, middle + ui.px(4)},
                     drop.drop > 0 ? p.accent : p.soft, ui.px(2));
}

void AblationPanel::save(const Ui& ui) {
  if (ui.settings.get(kRetrained)) {
    save_retrained(ui);
  } else if (ranking_) {
    save_ranking(ui, *ranking_);
  }
}

}  // namespace zf::viewer
