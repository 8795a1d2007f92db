#include "core/viewer/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/report/captions.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

ImU32 line_colour(const Ui& ui, std::size_t line) { return line == 0 ? ui.palette().accent : ui.palette().second; }

/// Where the numbers of a plot stand in the window.
struct PlotArea {
  Box box;
  Interval x;
  Interval y;

  [[nodiscard]] ImVec2 at(double px, double py) const {
    return {box.x + box.w * static_cast<float>((px - x.low) / (x.high - x.low)),
            box.y + box.h * static_cast<float>((y.high - py) / (y.high - y.low))};
  }
};

/// Title, and the lines' names where there are several; gives the height.
float draw_plot_head(const Ui& ui, const LinePlot& plot, const Box& box) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().small;
  const float line = font->FontSize;
  draw_text(list, font, ui.palette().ink, {box.x, box.y + line / 2}, shortened(font, plot.title, box.w));
  if (plot.lines.size() < 2) return line + ui.space(2);
  const float sample = ui.px(18);
  float x = box.x;
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const float y = box.y + 1.5F * line;
    list.AddRectFilled({x, y - ui.px(1.5F)}, {x + sample, y + ui.px(1.5F)}, line_colour(ui, i), ui.px(1));
    draw_text(list, font, ui.palette().soft, {x + sample + ui.space(1), y}, plot.lines[i].name);
    x += sample + ui.space(4) + text_size(font, plot.lines[i].name).x;
  }
  return 2 * line + ui.space(2);
}

/// Numbers and light lines across; `labels` is the width of those at the left.
void draw_axes(const Ui& ui, const LinePlot& plot, const PlotArea& area, const std::vector<double>& rows,
               const std::vector<std::string>& row_labels) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Palette& p = ui.palette();
  const ImFont* font = ui.fonts().small;
  const Box& box = area.box;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float y = std::round(area.at(plot.x.low, rows[i]).y);
    list.AddLine({box.x, y}, {box.x + box.w, y}, p.line);
    draw_text(list, font, p.soft, {box.x - ui.space(2) - text_size(font, row_labels[i]).x, y}, row_labels[i]);
  }
  const std::vector<double> columns = nice_ticks(plot.x, std::max(2, static_cast<int>(box.w / ui.px(44))));
  const std::vector<std::string> labels = tick_labels(columns);
  const float y = box.y + box.h;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const float x = std::round(area.at(columns[i], plot.y.low).x);
    const float w = text_size(font, labels[i]).x;
    list.AddLine({x, y}, {x, y + ui.px(4)}, p.soft);
    draw_text(list, font, p.soft, {std::min(x - w / 2, box.x + box.w - w + ui.space(1)), y + ui.px(4) + font->FontSize / 2}, labels[i]);
  }
  list.AddLine({box.x, y}, {box.x + box.w, y}, p.soft);
  const float w = text_size(font, plot.x_label).x;
  draw_text(list, font, p.soft, {box.x + (box.w - w) / 2, y + ui.px(4) + 1.5F * font->FontSize}, plot.x_label);
}

void draw_lines(const Ui& ui, const LinePlot& plot, const PlotArea& area) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const PlotLine& line = plot.lines[i];
    std::vector<ImVec2> points;
    for (std::size_t k = 0; k < line.x.size(); ++k) points.push_back(area.at(line.x[k], line.y[k]));
    list.AddPolyline(points.data(), static_cast<int>(points.size()), line_colour(ui, i), 0, ui.px(2));
  }
  if (!plot.marker) return;
  const float x = std::round(area.at(*plot.marker, plot.y.low).x);
  list.AddLine({x, area.box.y}, {x, area.box.y + area.box.h}, ui.palette().ink, ui.px(1));
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    if (!plot.lines[i].now) continue;
    const ImVec2 at = area.at(*plot.marker, std::clamp(*plot.lines[i].now, plot.y.low, plot.y.high));
    list.AddCircleFilled(at, ui.px(6), ui.palette().panel);
    list.AddCircleFilled(at, ui.px(4.5F), line_colour(ui, i));
  }
}

/// The numbers at the known x that is nearest to the pointer.
void show_numbers(const Ui& ui, const LinePlot& plot, const PlotArea& area, double pointed) {
  if (plot.lines.empty() || plot.lines.front().x.empty()) return;
  const std::vector<double>& x = plot.lines.front().x;
  const auto nearest =
      std::min_element(x.begin(), x.end(), [&](double a, double b) { return std::abs(a - pointed) < std::abs(b - pointed); });
  const auto place = static_cast<std::size_t>(nearest - x.begin());
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.space(3), ui.space(2)});
  ImGui::BeginTooltip();
  text(ui.fonts().small, ui.palette().soft, fmt::format("{:.4g} {}", *nearest, plot.x_label));
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const PlotLine& line = plot.lines[i];
    if (place >= line.y.size()) continue;
    list.AddCircle(area.at(*nearest, line.y[place]), ui.px(5), ui.palette().ink, 0, ui.px(1.5F));
    text(ui.fonts().small, line_colour(ui, i), fmt::format("{}: {}", line.name, short_number(static_cast<float>(line.y[place]))));
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

}  // namespace

std::optional<double> draw_line_plot(const Ui& ui, const LinePlot& plot, const Box& box) {
  const ImFont* font = ui.fonts().small;
  const std::vector<double> rows = nice_ticks(plot.y, std::max(2, static_cast<int>(box.h / ui.px(44))));
  const std::vector<std::string> row_labels = tick_labels(rows);
  float left = 0;
  for (const std::string& label : row_labels) left = std::max(left, std::ceil(text_size(font, label).x));
  left += ui.space(2);
  const float head = draw_plot_head(ui, plot, box);
  const float foot = ui.px(4) + 2 * font->FontSize;
  const PlotArea area{
      {box.x + left, box.y + head, std::max(1.0F, box.w - left - ui.space(2)), std::max(1.0F, box.h - head - foot)}, plot.x, plot.y};
  ImGui::SetCursorScreenPos(area.box.min());
  ImGui::InvisibleButton(plot.name.c_str(), {area.box.w, area.box.h});
  ui.landmarks.add(plot.name, area.box);
  draw_axes(ui, plot, area, rows, row_labels);
  draw_lines(ui, plot, area);
  const double part = static_cast<double>((ImGui::GetIO().MousePos.x - area.box.x) / area.box.w);
  const double pointed = plot.x.low + std::clamp(part, 0.0, 1.0) * (plot.x.high - plot.x.low);
  if (ImGui::IsItemHovered()) show_numbers(ui, plot, area, pointed);
  return ImGui::IsItemActive() ? std::optional(pointed) : std::nullopt;
}

}  // namespace zf::viewer
