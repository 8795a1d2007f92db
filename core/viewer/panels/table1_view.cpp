#include "core/viewer/panels/table1_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/figures/axis.h"
#include "core/report/correspondence_figure.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr float kNames = 78;
constexpr float kTrack = 10;

std::string part_words(const std::string& part) {
  if (part == kLeftEye) return "left eye";
  if (part == kRightEye) return "right eye";
  return part;
}

/// The end of all tracks: a round number beyond every interval and the paper's means.
double track_end(const CorrespondenceView& view, std::size_t layer) {
  std::vector<double> values{0};
  for (const PartResult& part : view.results) {
    values.push_back(part.interval[layer].high);
    if (const auto paper = table1_of_the_paper(part.name)) values.push_back(paper->mean[layer]);
  }
  constexpr int kTicks = 4;
  return nice_interval(values, kTicks).high;
}

float row_height(const Ui& ui) { return 3 * ui.fonts().small->FontSize + ui.px(kTrack) + ui.space(2); }

/// The mean as a dot on its interval, and the paper's mean as a tick.
void draw_track(const Ui& ui, const Box& box, const Estimate& interval, double mean, const std::optional<PaperPart>& paper,
                std::size_t layer, double end) {
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float middle = box.y + box.h / 2;
  const auto at = [&](double value) { return box.x + box.w * static_cast<float>(std::clamp(value / end, 0.0, 1.0)); };
  list.AddRectFilled({box.x, middle - ui.px(1)}, {box.x + box.w, middle + ui.px(1)}, p.hovered);
  list.AddRectFilled({at(interval.low), middle - ui.px(2)}, {at(interval.high), middle + ui.px(2)}, p.accent, ui.px(1));
  if (paper) list.AddRectFilled({at(paper->mean[layer]) - ui.px(1), box.y}, {at(paper->mean[layer]) + ui.px(1), box.y + box.h}, p.second);
  list.AddCircleFilled({at(mean), middle}, ui.px(4), p.accent);
}

void draw_cell(const Ui& ui, const PartResult& part, std::size_t layer, double end, const Box& box) {
  const Palette& p = ui.palette();
  const ImFont* font = ui.fonts().small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = font->FontSize;
  const Estimate& interval = part.interval[layer];
  const auto paper = table1_of_the_paper(part.name);
  const auto words = [&](int row, ImU32 colour, const std::string& text) {
    draw_text(list, font, colour, {box.x, box.y + (static_cast<float>(row) + 0.5F) * line}, shortened(font, text, box.w));
  };
  words(0, p.ink, fmt::format("{:.3f} ± {:.3f}", part.mean[layer], part.deviation[layer]));
  words(1, p.soft, fmt::format("{:.3f} to {:.3f}", interval.low, interval.high));
  if (paper) words(2, p.second, fmt::format("{:.3f} ± {:.3f}", paper->mean[layer], paper->deviation[layer]));
  draw_track(ui, {box.x, box.y + 3 * line, box.w, ui.px(kTrack)}, interval, part.mean[layer], paper, layer, end);
}

}  // namespace

float table1_height(const Ui& ui, std::size_t lines) {
  return 2 * ui.fonts().small->FontSize + ui.space(2) + static_cast<float>(lines) * row_height(ui);
}

void draw_table1(const Ui& ui, const CorrespondenceView& view, float width) {
  const Palette& p = ui.palette();
  const ImFont* font = ui.fonts().small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.space(4);
  const float names = ui.px(kNames);
  const float cell = std::max(ui.px(60), std::floor((width - names - gap) / 2));
  const auto left = [&](std::size_t layer) { return origin.x + names + static_cast<float>(layer) * (cell + gap); };
  draw_text(list, font, p.accent, {origin.x, origin.y + font->FontSize / 2}, "here");
  draw_text(list, font, p.second, {origin.x, origin.y + 1.5F * font->FontSize}, "the paper");
  const std::array<double, 2> ends{track_end(view, 0), track_end(view, 1)};
  for (std::size_t k = 0; k < view.layers.size(); ++k) {
    draw_text(list, font, p.ink, {left(k), origin.y + font->FontSize / 2}, shortened(font, view.layers[k], cell));
    const std::string end = tick_labels({ends[k]}).front();
    draw_text(list, font, p.soft, {left(k), origin.y + 1.5F * font->FontSize}, "0");
    draw_text(list, font, p.soft, {left(k) + cell - text_size(font, end).x, origin.y + 1.5F * font->FontSize}, end);
  }
  float y = origin.y + 2 * font->FontSize + ui.space(2);
  for (const PartResult& part : view.results) {
    list.AddLine({origin.x, y - ui.space(1)}, {origin.x + width, y - ui.space(1)}, p.line);
    draw_text(list, font, p.ink, {origin.x, y + font->FontSize / 2}, part_words(part.name));
    for (std::size_t k = 0; k < view.layers.size(); ++k) draw_cell(ui, part, k, ends[k], {left(k), y, cell, row_height(ui)});
    ui.landmarks.add("row " + part_words(part.name), {origin.x, y, width, row_height(ui)});
    y += row_height(ui);
  }
  ImGui::Dummy({width, y - origin.y});
}

}  // namespace zf::viewer
