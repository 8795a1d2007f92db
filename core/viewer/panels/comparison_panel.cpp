#include "core/viewer/panels/comparison_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/report/captions.h"
#include "core/viewer/export_models.h"
#include "core/viewer/panels/comparison_rows.h"
#include "core/viewer/plot.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr const char* kNoSecond =
    "Choose a second model, such as an AlexNet that `zfscope train --arch alexnet` made, to see its first two layers beside this "
    "model's.";

std::string percent_of(double part) { return fmt::format("{:.0f} %", 100 * part); }

}  // namespace

void ComparisonPanel::draw(const Ui& ui, float width, float height) {
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  follow(ui);
  draw_tools(ui, width);
  const bool ready = comparison_.wish() != ComparisonWish{};
  caption(ui,
          ready ? "The first two layers of both models: their filters, what excites each map most in the open photos, and what they lose."
                : kNoSecond,
          "Fig. 6", width);
  const Progress progress = comparison_.progress();
  if (!progress.error.empty()) paragraph(ui.fonts().small, ui.palette().error, progress.error, width);
  if (progress.running && progress_line(ui, progress, "Measuring both models", width)) comparison_.cancel();
  if (comparison_) draw_results(ui, width, std::max(bottom - ImGui::GetCursorScreenPos().y, ui.px(120)));
}

/// Starts the job anew where a model or the photos changed.
void ComparisonPanel::follow(const Ui& ui) {
  Session& session = ui.session;
  if (!session.model()) return;
  const std::string second = session.second_model();
  ComparisonWish wish;
  if (!second.empty()) wish = {session.model()->path, second, session.choice().photos};
  if (comparison_.ask(session, wish) && !second.empty()) {
    comparison_.start([&](auto found) { return comparison_job(ui.host, *session.model(), wish, found); });
  }
  if (comparison_.take_news() && comparison_) take_up(ui.host);
}

void ComparisonPanel::take_up(Host& host) {
  for (std::size_t i = 0; i < comparison_->models.size(); ++i) {
    filters_[i] = Tiles(host, comparison_->models[i].filters, Sampling::kCrisp);
    projections_[i] = Tiles(host, comparison_->models[i].projections, Sampling::kCrisp);
  }
}

void ComparisonPanel::draw_tools(const Ui& ui, float width) {
  Session& session = ui.session;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  if (session.awaits_second()) {
    if (button(ui, icon::kClose, "Keep the second model")) session.await_second(false);
    const float left = last_item().w + ui.space(3);
    draw_text(*ImGui::GetWindowDrawList(), ui.fonts().body, ui.palette().soft, {origin.x + left, origin.y + side / 2},
              shortened(ui.fonts().body, "Open or drop a model.", std::max(1.0F, width - left)));
  } else {
    if (button(ui, icon::kFolderOpen, "Second model …")) {
      session.await_second(true);
      session.ask_for_files();
    }
    const float left = last_item().w + ui.space(3);
    const std::string names = comparison_ && comparison_->models.size() == 2
                                  ? fmt::format("{} and {}", comparison_->models[0].profile.name, comparison_->models[1].profile.name)
                                  : std::string();
    draw_text(*ImGui::GetWindowDrawList(), ui.fonts().strong, ui.palette().ink, {origin.x + left, origin.y + side / 2},
              shortened(ui.fonts().strong, names, std::max(1.0F, width - left - side - ui.space(2))));
    ImGui::SetCursorScreenPos({origin.x + width - side, origin.y});
    if (icon_button(ui, icon::kSave, "Save comparison", "Ctrl+S", comparison_ && comparison_->models.size() == 2)) save(ui);
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, side});
}

void ComparisonPanel::draw_results(const Ui& ui, float width, float height) const {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild("results", {width, height});
  const float inner = width - ImGui::GetStyle().ScrollbarSize - ui.space(1);
  draw_pair(ui, Kind::kFilters, inner);
  if (!projections_[0].empty()) draw_pair(ui, Kind::kProjections, inner);
  draw_spectra(ui, inner);
  draw_table(ui, inner);
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

void ComparisonPanel::draw_pair(const Ui& ui, Kind kind, float width) const {
  if (kind == Kind::kFilters) {
    heading(ui, "First-layer filters", width);
    caption(ui, "The weights themselves, in colour about mid grey, each filter in its own contrast.", "Fig. 6a–c", width);
  } else {
    heading(ui, "What excites each map of the second layer most", width);
    caption(ui,
            fmt::format("Its strongest activation in {} photos, run backwards to pixels. Plain grey: nothing excites it.",
                        comparison_->models.front().profile.photos),
            "Fig. 6d–e", width);
  }
  const bool stacked = width < ui.px(480);
  const float gap = ui.space(4);
  const float each = stacked ? width : std::floor((width - gap) / 2);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  float bottom = origin.y;
  for (std::size_t i = 0; i < comparison_->models.size(); ++i) {
    const ImVec2 at = stacked ? ImVec2{origin.x, bottom} : ImVec2{origin.x + static_cast<float>(i) * (each + gap), origin.y};
    bottom = std::max(bottom, draw_grid(ui, kind, i, at, each) + (stacked ? ui.space(2) : 0));
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, bottom - origin.y + ui.space(2)});
}

/// Gives where it ends.
float ComparisonPanel::draw_grid(const Ui& ui, Kind kind, std::size_t model, ImVec2 at, float width) const {
  const ComparedModel& compared = comparison_->models[model];
  const ModelProfile& profile = compared.profile;
  const bool filters = kind == Kind::kFilters;
  const Tiles& tiles = filters ? filters_[model] : projections_[model];
  const Shape& shape = (filters ? profile.filters : profile.projections).shape();
  const std::string note = filters
                               ? fmt::format("{} of {} × {}, stride {}", shape.n, shape.h, shape.w, profile.stride)
                               : fmt::format("{}: {} maps, {} dead", profile.layers[1].layer, shape.n, percent_of(profile.layers[1].dead));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().small;
  const std::string name = shortened(font, profile.name, width / 2);
  const float name_width = text_size(font, name).x + ui.space(2);
  draw_text(list, font, ui.palette().ink, {at.x, at.y + font->FontSize / 2}, name);
  draw_text(list, font, ui.palette().soft, {at.x + name_width, at.y + font->FontSize / 2}, shortened(font, note, width - name_width));
  const float top = at.y + font->FontSize + ui.space(1);
  const int columns = std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(shape.n)))));
  const float gap = ui.px(2);
  const float step = (width + gap) / static_cast<float>(columns);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  for (int k = 0; k < shape.n; ++k) {
    const int row = k / columns;
    const float x = std::round(at.x + step * static_cast<float>(k % columns));
    const float y = std::round(top + step * static_cast<float>(row));
    const Box box{x, y, std::floor(step - gap), std::floor(step - gap)};
    tiles.draw(box, k);
    ui.landmarks.add(fmt::format("{} {} of {}", filters ? "Filter" : "Second layer's map", k, profile.name), box);
    if (!box.contains(mouse) || !ImGui::IsWindowHovered()) continue;
    list.AddRect(box.min(), box.max(), ui.palette().mark, 0, 0, ui.px(1.5F));
    show_tile(ui, kind, model, k);
  }
  const int rows = (shape.n + columns - 1) / columns;
  return top + step * static_cast<float>(rows);
}

/// The tile that is pointed at, large, with its numbers.
void ComparisonPanel::show_tile(const Ui& ui, Kind kind, std::size_t model, int tile) const {
  const ModelProfile& profile = comparison_->models[model].profile;
  const auto at = static_cast<std::size_t>(tile);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.space(3), ui.space(3)});
  ImGui::BeginTooltip();
  const float side = ui.px(176);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  (kind == Kind::kFilters ? filters_ : projections_)[model].draw({origin.x, origin.y, side, side}, tile);
  ImGui::Dummy({side, side});
  if (kind == Kind::kFilters) {
    const FilterMeasure& measure = profile.measures[at];
    text(ui.fonts().strong, ui.palette().ink, fmt::format("Filter {}", tile));
    text(ui.fonts().small, ui.palette().soft,
         fmt::format("low {}, mid {}, high {}", percent_of(measure.bands[0]), percent_of(measure.bands[1]), percent_of(measure.bands[2])));
    text(ui.fonts().small, ui.palette().soft,
         fmt::format("{} aliased, RMS {}", percent_of(measure.aliased), short_number(static_cast<float>(measure.rms))));
  } else {
    text(ui.fonts().strong, ui.palette().ink, fmt::format("Map {}: {}", tile, short_number(profile.layers[1].greatest[at])));
    text(ui.fonts().small, ui.palette().soft, fmt::format("strongest activation in {} photos", profile.photos));
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void ComparisonPanel::draw_spectra(const Ui& ui, float width) const {
  heading(ui, "Frequencies of the first filters", width);
  caption(ui, "How the mean filter's energy is spread: fine detail lies to the right. The paper's 11 × 11 filters missed the middle.",
          "Section 4.1", width);
  LinePlot plot;
  plot.name = "Spectra";
  plot.title = "Share of energy in a ring of 1/32";
  plot.x_label = "cycles per pixel";
  std::vector<double> shares{0};
  for (const ComparedModel& model : comparison_->models) {
    PlotLine& line = plot.lines.emplace_back();
    line.name = model.profile.name;
    for (std::size_t ring = 0; ring < kRings; ++ring) {
      line.x.push_back(ring_middle(ring));
      line.y.push_back(mean_ring(model.profile.measures, ring));
    }
    shares.insert(shares.end(), line.y.begin(), line.y.end());
  }
  plot.x = {0, ring_middle(kRings - 1)};
  plot.y = nice_interval(shares, 6);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float height = ui.px(240);
  (void)draw_line_plot(ui, plot, {origin.x, origin.y, width, height});
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, height + ui.space(2)});
}

void ComparisonPanel::draw_table(const Ui& ui, float width) const {
  heading(ui, "In numbers", width);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().body;
  const ImFont* small = ui.fonts().small;
  const float column = std::clamp(width * 0.26F, ui.px(104), ui.px(190));
  const float words = width - 2 * column;
  const auto write_right = [&](const ImFont* with, ImU32 colour, std::size_t model, float y, const std::string& value) {
    const std::string shown = shortened(with, value, column - ui.space(2));
    const float right = words + column * static_cast<float>(model + 1);
    const float x = ImGui::GetCursorScreenPos().x;
    draw_text(list, with, colour, {x + right - text_size(with, shown).x, y}, shown);
  };
  const float head = ImGui::GetCursorScreenPos().y + small->FontSize / 2;
  for (std::size_t i = 0; i < comparison_->models.size(); ++i)
    write_right(small, ui.palette().soft, i, head, comparison_->models[i].profile.name);
  ImGui::Dummy({width, small->FontSize + ui.space(1)});
  for (const ComparisonRow& row : comparison_rows(*comparison_)) {
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    list.AddLine(origin, {origin.x + width, origin.y}, ui.palette().line);
    const float middle = origin.y + ui.space(2) + font->FontSize / 2;
    draw_text(list, font, ui.palette().ink, {origin.x, middle}, shortened(font, row.name, words - ui.space(2)));
    const float second = middle + font->FontSize / 2 + ui.space(1) + small->FontSize / 2;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      write_right(font, ui.palette().ink, i, middle, row.values[i].value);
      write_right(small, ui.palette().soft, i, second, row.values[i].interval);
    }
    ui.landmarks.add(row.name, {origin.x, origin.y, width, second - origin.y});
    ImGui::SetCursorScreenPos({origin.x, second - small->FontSize / 2});
    paragraph(small, ui.palette().soft, row.meaning, words - ui.space(4));
  }
  caption(ui, "In brackets the 95 % interval over filters or maps.", {}, width);
}

void ComparisonPanel::save(const Ui& ui) {
  if (comparison_ && comparison_->models.size() == 2) save_comparison(ui, *comparison_);
}

}  // namespace zf::viewer
