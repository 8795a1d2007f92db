#include "core/viewer/panels/evolution_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/report/captions.h"
#include "core/viewer/export_models.h"
#include "core/viewer/slider.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr const char* kNoRun =
    "Open a training run's folder, or several of its snapshots, to see how its maps came about. `zfscope train` keeps snapshots.";
constexpr double kSecondsAnEpoch = 0.6;

/// One layer's projections at one epoch, a tile a map.
Sheet sheet_at(const EvolutionStrip& strip, const StripLayer& layer, std::size_t epoch) {
  const Rect first = strip.cell(layer, 0, epoch);
  Sheet sheet;
  sheet.columns = 1;
  sheet.tile_width = first.width;
  sheet.tile_height = first.height;
  sheet.picture = crop(strip.picture, {first.x, first.y, first.width, first.height * static_cast<int>(layer.maps.size())});
  return sheet;
}

}  // namespace

void EvolutionPanel::draw(const Ui& ui, float width, float height) {
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  follow(ui);
  if (strip_) play();
  draw_tools(ui, width);
  draw_words(ui, width);
  const Progress progress = strip_.progress();
  if (!progress.error.empty()) paragraph(ui.fonts().small, ui.palette().error, progress.error, width);
  if (progress.running && progress_line(ui, progress, "Following the maps", width)) strip_.cancel();
  if (strip_) draw_layers(ui, width, std::max(bottom - ImGui::GetCursorScreenPos().y, ui.px(120)));
}

/// Starts the job anew where the run or the photos changed.
void EvolutionPanel::follow(const Ui& ui) {
  Session& session = ui.session;
  if (!session.model()) return;
  const Choice& choice = session.choice();
  EvolutionWish wish;
  if (choice.run.empty()) {
    wish.strip = ui.host.asset("evolution_strip.json");
  } else if (!choice.photos.empty()) {
    wish.run = choice.run;
    wish.photos = choice.photos;
  }
  if (strip_.ask(session, wish)) {
    playing_ = false;
    if (wish != EvolutionWish{}) {
      strip_.start([&](auto found) { return evolution_job(ui.host, session.model()->scope, wish, found); });
    }
  }
  if (strip_.take_news() && strip_) show(strip_->epochs.size() - 1);
}

void EvolutionPanel::show(std::size_t epoch) {
  shown_ = epoch;
  drawn_ = false;
  since_ = ImGui::GetTime();
}

void EvolutionPanel::step(const Ui& /*ui*/, int by) {
  if (!strip_) return;
  const int last = static_cast<int>(strip_->epochs.size()) - 1;
  playing_ = false;
  show(static_cast<std::size_t>(std::clamp(static_cast<int>(shown_) + by, 0, last)));
}

void EvolutionPanel::turn(const Ui& /*ui*/) {
  if (!strip_) return;
  playing_ = !playing_;
  if (playing_ && shown_ + 1 == strip_->epochs.size()) show(0);
}

void EvolutionPanel::play() {
  if (!playing_ || ImGui::GetTime() - since_ < kSecondsAnEpoch) return;
  if (shown_ + 1 < strip_->epochs.size()) show(shown_ + 1);
  playing_ = shown_ + 1 < strip_->epochs.size();
}

void EvolutionPanel::draw_tools(const Ui& ui, float width) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  float left = 0;
  if (strip_) {
    if (icon_button(ui, playing_ ? icon::kPause : icon::kPlay, playing_ ? "Pause" : "Play", "X")) turn(ui);
    left = side + ui.space(2);
  }
  const bool own = !ui.session.choice().run.empty();
  float right = width - side;
  ImGui::SetCursorScreenPos({origin.x + right, origin.y});
  if (icon_button(ui, icon::kSave, "Save evolution", "Ctrl+S", strip_.view().has_value())) save(ui);
  right -= side;
  ImGui::SetCursorScreenPos({origin.x + right, origin.y});
  if (own) {
    if (icon_button(ui, icon::kClose, "Close the run", {})) ui.session.close_run();
    right -= side;
    ImGui::SetCursorScreenPos({origin.x + right, origin.y});
  }
  if (icon_button(ui, icon::kFolderOpen, "Open a run's snapshots", {})) ui.session.ask_for_files();
  if (strip_) {
    const std::string words = fmt::format("epoch {} of {}", strip_->epochs[shown_], strip_->epochs.back());
    const std::string widest = fmt::format("epoch {0} of {0}", strip_->epochs.back());
    const float number = text_size(ui.fonts().strong, widest).x;
    const auto last = static_cast<double>(strip_->epochs.size() - 1);
    ImGui::SetCursorScreenPos({origin.x + left, origin.y});
    auto value = static_cast<double>(shown_);
    if (slider(ui, "Epoch", value, {0, last}, 0, std::max(ui.px(40), right - left - number - ui.space(5)))) {
      playing_ = false;
      if (const auto epoch = static_cast<std::size_t>(std::lround(value)); epoch != shown_) show(epoch);
    }
    draw_text(*ImGui::GetWindowDrawList(), ui.fonts().strong, ui.palette().ink,
              {origin.x + right - number - ui.space(2), origin.y + side / 2}, words);
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, side});
}

void EvolutionPanel::draw_words(const Ui& ui, float width) const {
  if (!strip_) {
    const bool waits = !ui.session.choice().run.empty() && ui.session.choice().photos.empty();
    const bool none = strip_.wish() == EvolutionWish{};
    caption(ui,
            waits                        ? "Open photos to follow the run's maps on."
            : none && ui.host.complete() ? kNoRun
                                         : "What maps answer to, epoch by epoch.",
            "Fig. 4", width);
    return;
  }
  const std::string whose = strip_.wish().run.empty() ? "the first run of the demo model's training" : "this run";
  caption(ui,
          fmt::format("What some maps of every layer answer to most in {} photos, run backwards to pixels, epoch by epoch of {}. Corner: "
                      "another photo took the lead.",
                      strip_->images, whose),
          "Fig. 4", width);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().small;
  const std::array<std::pair<ImU32, const char*>, 2> lines = {
      {{ui.palette().accent, "same strongest photo as before"}, {ui.palette().second, "likeness to the projection before"}}};
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  float x = origin.x;
  float y = origin.y + font->FontSize / 2;
  for (const auto& [colour, words] : lines) {
    const float w = ui.px(18) + ui.space(1) + text_size(font, words).x;
    if (x > origin.x && x + w > origin.x + width) {
      x = origin.x;
      y += font->FontSize + ui.space(1);
    }
    list.AddRectFilled({x, y - ui.px(1)}, {x + ui.px(18), y + ui.px(1)}, colour, ui.px(1));
    draw_text(list, font, ui.palette().soft, {x + ui.px(18) + ui.space(1), y}, words);
    x += w + ui.space(4);
  }
  ImGui::Dummy({width, y + font->FontSize / 2 - origin.y});
}

EvolutionPanel::Grid EvolutionPanel::lay_out(const Ui& ui, float width, float height) const {
  std::size_t most = 1;
  for (const StripLayer& layer : strip_->layers) most = std::max(most, layer.maps.size());
  const auto count = static_cast<float>(most);
  const auto layers = static_cast<float>(strip_->layers.size());
  const float words = ui.fonts().small->FontSize + ui.space(1);
  Grid grid;
  grid.label = ui.px(56);
  grid.curve = width >= ui.px(560) ? std::clamp(width * 0.22F, ui.px(120), ui.px(320)) : 0;
  const float below = grid.curve > 0 ? 0 : ui.px(60);
  const float room = width - grid.label - (grid.curve > 0 ? grid.curve + ui.space(8) : 0) - ui.space(2) * (count - 1);
  const float across = std::floor(room / count);
  const float down = std::floor(height / layers) - words - below - ui.space(3);
  grid.side = std::max(ui.px(24), std::min(across, std::max(down, ui.px(64))));
  grid.row = grid.side + words + below + ui.space(3);
  return grid;
}

void EvolutionPanel::draw_layers(const Ui& ui, float width, float height) {
  if (!drawn_) {
    tiles_.clear();
    for (const StripLayer& layer : strip_->layers) {
      const Sheet sheet = sheet_at(*strip_, layer, shown_);
      tiles_.emplace_back(ui.host, sheet, sampling_for(sheet));
    }
    drawn_ = true;
  }
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild("layers", {width, height});
  const float inner = width - ImGui::GetStyle().ScrollbarSize - ui.space(1);
  const Grid grid = lay_out(ui, inner, height);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  for (std::size_t layer = 0; layer < strip_->layers.size(); ++layer) {
    draw_layer(ui, layer, grid, {origin.x, origin.y + grid.row * static_cast<float>(layer), inner, grid.row});
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({inner, grid.row * static_cast<float>(strip_->layers.size()) - ui.space(3)});
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

void EvolutionPanel::draw_layer(const Ui& ui, std::size_t layer, const Grid& grid, const Box& box) {
  const StripLayer& strip = strip_->layers[layer];
  ImDrawList& list = *ImGui::GetWindowDrawList();
  draw_text(list, ui.fonts().strong, ui.palette().ink, {box.x, box.y + ui.fonts().strong->FontSize / 2},
            shortened(ui.fonts().strong, strip.name, grid.label - ui.space(1)));
  const float x = box.x + grid.label;
  float cells = 0;
  for (std::size_t map = 0; map < strip.maps.size(); ++map) {
    const float at = static_cast<float>(map) * (grid.side + ui.space(2));
    draw_cell(ui, layer, map, {x + at, box.y, grid.side, grid.side});
    cells = at + grid.side;
  }
  if (grid.curve > 0) {
    const float left = x + cells + ui.space(8);
    draw_curves(ui, layer, {left, box.y + ui.space(1), std::min(grid.curve, box.x + box.w - left), grid.side - ui.space(2)});
  } else {
    const float top = box.y + grid.side + ui.fonts().small->FontSize + ui.space(2);
    draw_curves(ui, layer, {x, top, cells, ui.px(38)});
  }
}

void EvolutionPanel::draw_cell(const Ui& ui, std::size_t layer, std::size_t map, const Box& box) const {
  const StripMap& row = strip_->layers[layer].maps[map];
  const float value = row.activation[shown_];
  ImDrawList& list = *ImGui::GetWindowDrawList();
  tiles_[layer].draw(box, static_cast<int>(map));
  if (row.takes_lead[shown_]) {
    const float corner = std::min(ui.px(12), box.w / 3);
    list.AddTriangleFilled(box.min(), {box.x + corner, box.y}, {box.x, box.y + corner}, ui.palette().second);
  }
  ui.landmarks.add(fmt::format("{} map {}", strip_->layers[layer].name, row.map), box);
  draw_text(list, ui.fonts().small, ui.palette().soft, {box.x, box.y + box.h + ui.space(1) + ui.fonts().small->FontSize / 2},
            shortened(ui.fonts().small, value == 0.0F ? "not active" : short_number(value), box.w));
  if (!box.contains(ImGui::GetIO().MousePos) || !ImGui::IsWindowHovered()) return;
  draw_frame(ui, box, ui.palette().mark, 1.5F);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.space(3), ui.space(2)});
  ImGui::BeginTooltip();
  text(ui.fonts().strong, ui.palette().ink, fmt::format("{}, map {}: {}", strip_->layers[layer].name, row.map, short_number(value)));
  text(ui.fonts().small, ui.palette().soft, fmt::format("strongest activation at epoch {}", strip_->epochs[shown_]));
  if (shown_ > 0) {
    text(ui.fonts().small, ui.palette().soft,
         fmt::format("likeness to the projection at epoch {}: {:.2f}", strip_->epochs[shown_ - 1], row.similarity[shown_]));
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

/// Both from 0 to 1, an epoch after the first; a click chooses one.
void EvolutionPanel::draw_curves(const Ui& ui, std::size_t layer, const Box& box) {
  const StripLayer& strip = strip_->layers[layer];
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().small;
  const auto last = static_cast<float>(strip_->epochs.size() - 1);
  const auto at = [&](std::size_t epoch, double value) {
    return ImVec2{box.x + box.w * static_cast<float>(epoch) / last, box.y + box.h * (1 - static_cast<float>(std::clamp(value, 0.0, 1.0)))};
  };
  for (const int value : {0, 1}) {
    const float y = at(0, value).y;
    const std::string label = fmt::format("{}", value);
    list.AddLine({box.x, y}, {box.x + box.w, y}, p.line);
    draw_text(list, font, p.soft, {box.x - ui.space(2) - text_size(font, label).x, y}, label);
  }
  const float below = box.y + box.h + ui.px(3) + font->FontSize / 2;
  const std::string end = fmt::format("{}", strip_->epochs.back());
  draw_text(list, font, p.soft, {box.x, below}, fmt::format("epoch {}", strip_->epochs.front()));
  draw_text(list, font, p.soft, {box.x + box.w - text_size(font, end).x, below}, end);
  const float x = std::round(at(shown_, 0).x);
  list.AddLine({x, box.y}, {x, box.y + box.h}, p.soft);
  for (const auto& [values, colour] : {std::pair{&strip.same_photo, p.accent}, {&strip.similarity, p.second}}) {
    std::vector<ImVec2> points;
    for (std::size_t epoch = 1; epoch < values->size(); ++epoch) points.push_back(at(epoch, (*values)[epoch]));
    list.AddPolyline(points.data(), static_cast<int>(points.size()), colour, 0, ui.px(1.5F));
    if (shown_ > 0) list.AddCircleFilled(at(shown_, (*values)[shown_]), ui.px(3), colour);
  }
  ImGui::SetCursorScreenPos(box.min());
  const std::string name = fmt::format("Curves of {}", strip.name);
  ImGui::InvisibleButton(name.c_str(), {std::max(box.w, 1.0F), std::max(box.h, 1.0F)});
  ui.landmarks.add(name, box);
  const float part = std::clamp((ImGui::GetIO().MousePos.x - box.x) / std::max(box.w, 1.0F), 0.0F, 1.0F);
  const auto pointed = static_cast<std::size_t>(std::lround(part * last));
  if (ImGui::IsItemActive() && pointed != shown_) {
    playing_ = false;
    show(pointed);
  }
  if (!ImGui::IsItemHovered()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.space(3), ui.space(2)});
  ImGui::BeginTooltip();
  text(ui.fonts().strong, p.ink, fmt::format("{}, epoch {}", strip.name, strip_->epochs[pointed]));
  if (pointed > 0) {
    text(ui.fonts().small, p.accent, fmt::format("same strongest photo: {:.0f} %", 100 * strip.same_photo[pointed]));
    text(ui.fonts().small, p.second, fmt::format("likeness: {:.2f}", strip.similarity[pointed]));
  }
  text(ui.fonts().small, p.soft, fmt::format("maps settle at epoch {:.1f} in the mean", strip.settled));
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void EvolutionPanel::save(const Ui& ui) {
  if (strip_) save_evolution(ui, *strip_);
}

}  // namespace zf::viewer
