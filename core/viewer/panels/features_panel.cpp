#include "core/viewer/panels/features_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/report/captions.h"
#include "core/viewer/export.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

const std::array<std::string, 2> kSorts = {"Strongest", "Index"};

/// What the grid shows, in one line.
std::string meaning(const LayerStory& layer) {
  if (layer.name == "logits") return "One cell a class: its score before softmax.";
  return std::visit(
      Match{[](const ConvLayer&) { return std::string("The photo as each filter answers it: bright where it finds its pattern."); },
            [](const LinearLayer&) { return std::string("One cell a unit: how strongly it answers to the whole photo."); },
            [](const GlobalAveragePoolLayer&) { return std::string("One cell a map: how strongly it answers on average."); },
            [](const MaxPoolLayer&) { return std::string("The strongest answer of every window; its place is kept for the way back."); },
            [](const AveragePoolLayer&) { return std::string("The mean answer of every window."); },
            [](const LrnLayer& op) {
              return std::string(op.spec.within ? "The same maps, each balanced against the places around."
                                                : "The same maps, each balanced against its neighbours.");
            },
            [](const AddLayer&) { return std::string("What went through the branch and what went around it, added."); },
            [](const ConcatLayer&) { return std::string("The maps of all branches, one behind the other."); },
            [](const ScaleMapsLayer&) { return std::string("The same maps, each turned up or down by what the whole photo says of it."); },
            [](const OneOf<AffineLayer, ReluLayer, ActivationLayer, DropoutLayer, SoftmaxLayer, PermuteMapsLayer, PadLayer,
                           FlattenLayer> auto&) { return std::string("The layer's maps."); }},
      layer.source.op);
}

ImVec2 uv(const Sheet& sheet, int x, int y) {
  return {static_cast<float>(x) / static_cast<float>(sheet.picture.width),
          static_cast<float>(y) / static_cast<float>(sheet.picture.height)};
}

}  // namespace

void FeaturesPanel::draw(const Ui& ui, float width, float height) {
  const auto& layer = ui.session.layer();
  if (!layer) {
    text(ui.fonts().body, ui.palette().soft, ui.session.busy() ? "Looking …" : "Open a photo to see what this layer makes of it.");
    return;
  }
  take_up(ui);
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  draw_tools(ui, width);
  caption(ui, meaning(layer->story), place_in_paper(layer->story), width);
  const float bar = ui.px(10) + ui.space(1) + ui.fonts().small->FontSize;
  const float grid = bottom - ImGui::GetCursorScreenPos().y - bar - ui.space(3);
  if (grid > ui.px(24)) draw_grid(ui, width, grid);
  ImGui::Dummy({0, 0});
  colour_bar(ui, layer->colormap, layer->range, layer->strongest[static_cast<std::size_t>(layer->by_strength.front())].value, width,
             "Activation");
}

void FeaturesPanel::take_up(const Ui& ui) {
  if (shown_ == ui.session.layer_number()) return;
  textures_.clear();
  for (const Sheet& sheet : ui.session.layer()->sheets) textures_.emplace_back(ui.host, sheet.picture, Sampling::kCrisp);
  shown_ = ui.session.layer_number();
}

void FeaturesPanel::draw_tools(const Ui& ui, float width) {
  const LayerView& layer = *ui.session.layer();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  ui.settings.set(kByStrength, segmented(ui, kSorts, ui.settings.get(kByStrength) ? 0 : 1) == 0);
  const float left = last_item().w + ui.space(3);
  const float buttons = 3 * side;
  const float room = std::max(1.0F, width - left - buttons - ui.space(2));
  std::string title = fmt::format("{}, {}", layer.story.name, size_of(layer.story.maps.shape()));
  if (text_size(ui.fonts().strong, title).x > room) title = layer.story.name;
  draw_text(*ImGui::GetWindowDrawList(), ui.fonts().strong, ui.palette().ink, {origin.x + left, origin.y + side / 2},
            shortened(ui.fonts().strong, title, room));
  ImGui::SetCursorScreenPos({origin.x + width - buttons, origin.y});
  if (icon_button(ui, icon::kMinus, "Smaller tiles", "-")) ui.settings.scale(kTile, 1 / kStep);
  ImGui::SetCursorScreenPos({origin.x + width - 2 * side, origin.y});
  if (icon_button(ui, icon::kPlus, "Larger tiles", "+")) ui.settings.scale(kTile, kStep);
  ImGui::SetCursorScreenPos({origin.x + width - side, origin.y});
  if (icon_button(ui, icon::kSave, "Save grid", "Ctrl+S")) save(ui);
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, side});
}

FeaturesPanel::Grid FeaturesPanel::lay_out(const Ui& ui, const Shape& maps, float width) {
  Grid grid;
  const bool places = maps.plane() > 1;
  grid.gap = places ? ui.px(4) : ui.px(2);
  const float tile = ui.settings.get(kTile);
  const float wished = ui.px(places ? tile : std::clamp(tile / 4, 10.0F, 64.0F));
  const float longer = static_cast<float>(std::max(maps.h, maps.w));
  const float wished_w = wished * static_cast<float>(maps.w) / longer;
  grid.columns = std::clamp(static_cast<int>((width + grid.gap) / (wished_w + grid.gap)), 1, maps.c);
  // Tiles fill the row where there is more than one.
  const float fitting = std::floor((width + grid.gap) / static_cast<float>(grid.columns) - grid.gap);
  grid.tile_w = std::max(1.0F, grid.columns < maps.c ? fitting : std::min(fitting, wished_w));
  grid.tile_h = std::max(1.0F, std::round(grid.tile_w * static_cast<float>(maps.h) / static_cast<float>(maps.w)));
  grid.rows = (maps.c + grid.columns - 1) / grid.columns;
  return grid;
}

void FeaturesPanel::draw_grid(const Ui& ui, float width, float height) {
  const LayerView& layer = *ui.session.layer();
  const Shape& maps = layer.story.maps.shape();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild("grid", {width, height});
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsWindowHovered() && io.KeyCtrl && io.MouseWheel != 0) ui.settings.scale(kTile, std::pow(1.15F, io.MouseWheel));
  const float inner = width - ImGui::GetStyle().ScrollbarSize - ui.space(1);
  const Grid grid = lay_out(ui, maps, inner);
  const float row = grid.tile_h + grid.gap;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float scroll = ImGui::GetScrollY();
  const int chosen = ui.session.unit() ? ui.session.unit()->seed.map : -1;
  const int first = std::max(0, static_cast<int>(scroll / row));
  const int last = std::min(grid.rows, static_cast<int>((scroll + height) / row) + 1);
  const std::size_t level = sheet_for(layer.sheets, std::max(grid.tile_w, grid.tile_h));
  for (int k = first * grid.columns; k < std::min(last * grid.columns, maps.c); ++k) {
    const int map = ui.settings.get(kByStrength) ? layer.by_strength[static_cast<std::size_t>(k)] : k;
    const int down = k / grid.columns;
    const Box box{origin.x + static_cast<float>(k % grid.columns) * (grid.tile_w + grid.gap), origin.y + static_cast<float>(down) * row,
                  grid.tile_w, grid.tile_h};
    draw_tile(ui, grid, map, box, layer.sheets[level], textures_[level]);
    if (ImGui::IsWindowHovered() && box.contains(io.MousePos)) answer(ui, map, box);
  }
  const std::string target = fmt::format("{} {} {}", layer.story.name, chosen, ui.settings.get(kByStrength));
  if (chosen >= 0 && target != scroll_to_) {
    scroll_to_ = target;
    const auto at = std::find(layer.by_strength.begin(), layer.by_strength.end(), chosen);
    const int place = ui.settings.get(kByStrength) ? static_cast<int>(at - layer.by_strength.begin()) : chosen;
    const int down = place / grid.columns;
    const float y = static_cast<float>(down) * row;
    if (y < scroll || y + row > scroll + height) ImGui::SetScrollY(std::max(0.0F, y - (height - row) / 2));
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({inner, static_cast<float>(grid.rows) * row - grid.gap});
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

void FeaturesPanel::draw_tile(const Ui& ui, const Grid& grid, int map, const Box& box, const Sheet& sheet, const Texture& texture) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rect tile = sheet.tile(map);
  const std::string& layer = ui.session.layer()->story.name;
  const bool muted = ui.session.is_muted({layer, map});
  list.AddImage(texture.id(), box.min(), box.max(), uv(sheet, tile.x, tile.y), uv(sheet, tile.x + tile.width, tile.y + tile.height),
                muted ? IM_COL32(255, 255, 255, 60) : IM_COL32_WHITE);
  ui.landmarks.add(fmt::format("map {}", map), box);
  const auto& unit = ui.session.unit();
  if (unit && unit->layer == layer && unit->seed.map == map) {
    const float reach = std::max(1.0F, grid.gap / 2 - 1);
    draw_frame(ui, {box.x - reach, box.y - reach, box.w + 2 * reach, box.h + 2 * reach}, ui.palette().mark);
  }
  if (muted && box.w > ui.px(20)) {
    const ImVec2 size = text_size(ui.fonts().body, icon::kMute);
    draw_text(list, ui.fonts().body, ui.palette().ink, {box.x + (box.w - size.x) / 2, box.y + box.h / 2}, icon::kMute);
  }
}

void FeaturesPanel::answer(const Ui& ui, int map, const Box& box) const {
  const Shape& maps = ui.session.layer()->story.maps.shape();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const int y = std::clamp(static_cast<int>((mouse.y - box.y) / box.h * static_cast<float>(maps.h)), 0, maps.h - 1);
  const int x = std::clamp(static_cast<int>((mouse.x - box.x) / box.w * static_cast<float>(maps.w)), 0, maps.w - 1);
  ImGui::GetWindowDrawList()->AddRect(box.min(), box.max(), ui.palette().ink, 0, 0, ui.px(1));
  show_value(ui, map, y, x);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Right)) ui.session.toggle_mute({ui.session.layer()->story.name, map});
  if (!ImGui::IsMouseClicked(ImGuiMouseButton_Left)) return;
  const auto& unit = ui.session.unit();
  if (unit && unit->seed.map == map && maps.plane() > 1) {
    ui.session.choose_place(map, y, x);
  } else {
    ui.session.choose_map(map);
  }
}

void FeaturesPanel::show_value(const Ui& ui, int map, int y, int x) const {
  const LayerView& layer = *ui.session.layer();
  const Shape& maps = layer.story.maps.shape();
  const float value = layer.story.maps.at(0, map, y, x);
  const bool chosen = ui.session.unit() && ui.session.unit()->seed.map == map;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.space(3), ui.space(2)});
  ImGui::BeginTooltip();
  if (maps.plane() > 1) {
    text(ui.fonts().strong, ui.palette().ink, fmt::format("Map {}: {}", map, short_number(value)));
    text(ui.fonts().small, ui.palette().soft,
         fmt::format("row {}, column {}; strongest {}", y, x, short_number(layer.strongest[static_cast<std::size_t>(map)].value)));
    text(ui.fonts().small, ui.palette().soft, chosen ? "Click: look at this place" : "Click: look at its strongest place");
  } else {
    const bool classes = layer.story.name == "logits" && map < static_cast<int>(ui.session.model()->classes.size());
    text(ui.fonts().strong, ui.palette().ink,
         fmt::format("{}: {}", classes ? readable(ui.session.model()->classes[static_cast<std::size_t>(map)]) : fmt::format("Unit {}", map),
                     short_number(value)));
  }
  text(ui.fonts().small, ui.palette().soft,
       ui.session.is_muted({layer.story.name, map}) ? "Right click: let it speak again" : "Right click: mute");
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void FeaturesPanel::save(const Ui& ui) {
  if (ui.session.layer()) save_grid(ui, ui.settings.get(kByStrength));
}

}  // namespace zf::viewer
