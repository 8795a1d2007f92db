#include "core/viewer/panels/network_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/report/captions.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr float kLayerWidth = 46;
constexpr float kBlockHeight = 56;
constexpr float kBranchHeight = 30;  // of one of several layers side by side

/// Height and width of a layer's maps; nothing where they are single units.
std::string side_text(Size maps) {
  if (maps == Size{1, 1}) return {};
  return maps.h == maps.w ? fmt::format("{}²", maps.h) : fmt::format("{}×{}", maps.h, maps.w);
}

/// A map's side in the drawing: grows with the logarithm, so that 7 and 110 both show.
float block_height(const Shape& shape) { return 8 + 7.0F * std::log2(static_cast<float>(std::max(shape.h, shape.w))); }
float block_width(const Shape& shape) { return 4 + 2.2F * std::log2(static_cast<float>(shape.c)); }

/// A name whose beginning is left out where it is too wide: names of one network begin alike.
std::string ending_of(const ImFont* font, const std::string& name, float width) {
  std::string shown = name;
  for (std::size_t cut = 1; cut < name.size() && text_size(font, shown).x > width; ++cut) {
    if (name[cut] != '.') shown = "…" + name.substr(cut);
  }
  return shown;
}

/// A line of small text in the middle of a box's width.
void centred(const Ui& ui, const Box& box, const std::string& text, float y, ImU32 colour) {
  const std::string shown = ending_of(ui.fonts().small, text, box.w);
  const float x = box.x + (box.w - text_size(ui.fonts().small, shown).x) / 2;
  draw_text(*ImGui::GetWindowDrawList(), ui.fonts().small, colour, {x, y}, shown);
}

}  // namespace

void NetworkPanel::lay_out(const ModelView& model) {
  if (laid_out_ == model.scope.get()) return;
  laid_out_ = model.scope.get();
  layout_ = lay_out_strip(model.network, model.shapes);
  open_ = -1;
}

int NetworkPanel::column_of(const ModelView& model, const std::string& layer) const {
  const auto found = std::find_if(model.layers.begin(), model.layers.end(), [&](const LayerStory& l) { return l.name == layer; });
  return found == model.layers.end() ? -1 : layout_.cells[static_cast<std::size_t>(found - model.layers.begin())].column;
}

void NetworkPanel::draw(const Ui& ui, float width) {
  if (!ui.session.model()) return;
  const ModelView& model = *ui.session.model();
  lay_out(model);
  const Card card(ui, width);
  heading(ui, "Network", card.width());
  const float least = ui.px(kLayerWidth);
  const std::string& chosen = ui.session.choice().layer;
  const auto room = static_cast<int>(card.width() / least);
  const std::vector<StripColumn> columns = fold_strip(layout_, room, open_, column_of(model, chosen));
  const float each = std::max(least, std::floor(card.width() / static_cast<float>(columns.size())));
  const auto rows = static_cast<float>(*std::max_element(layout_.rows.begin(), layout_.rows.end()));
  const float height = std::max(ui.px(kBlockHeight) + 3 * ui.fonts().small->FontSize + ui.space(3), rows * ui.px(kBranchHeight));
  const bool scrolls = each * static_cast<float>(columns.size()) > card.width();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild(
      "strip", {card.width(), height + (scrolls ? ui.px(14) : 0)}, false,
      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollWithMouse | (scrolls ? 0 : ImGuiWindowFlags_NoScrollbar));
  if (ImGui::IsWindowHovered() && scrolls) ImGui::SetScrollX(ImGui::GetScrollX() - ImGui::GetIO().MouseWheel * least);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Box box{origin.x + each * static_cast<float>(i), origin.y, each, height};
    if (columns[i].column < 0) {
      draw_folded(ui, columns[i].group, box);
    } else {
      draw_column(ui, columns[i].column, box);
    }
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  if (const LayerStory* layer = model.find(chosen)) {
    const std::string recipe = recipe_of(*layer);
    caption(ui,
            fmt::format("{}: {}, {}{}. Click a layer.", layer->name, kind_of(layer->source),
                        size_of(model.shapes[static_cast<std::size_t>(layer->layer)]), recipe.empty() ? "" : ", " + recipe),
            "Fig. 3", card.width());
  }
}

/// The layers of a column, one above the other.
void NetworkPanel::draw_column(const Ui& ui, int column, const Box& box) {
  const std::vector<LayerStory>& layers = ui.session.model()->layers;
  const int rows = layout_.rows[static_cast<std::size_t>(column)];
  const float height = box.h / static_cast<float>(rows);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const StripLayout::Cell& cell = layout_.cells[i];
    if (cell.column != column) continue;
    draw_layer(ui, layers[i], {box.x, box.y + height * static_cast<float>(cell.row), box.w, height}, rows == 1);
  }
}

void NetworkPanel::draw_layer(const Ui& ui, const LayerStory& layer, const Box& box, bool alone) {
  const Palette& p = ui.palette();
  const Shape& shape = ui.session.model()->shapes[static_cast<std::size_t>(layer.layer)];
  const bool chosen = layer.name == ui.session.choice().layer;
  ImGui::SetCursorScreenPos(box.min());
  if (ImGui::InvisibleButton(layer.name.c_str(), {box.w, box.h})) ui.session.choose_layer(layer.name);
  ui.landmarks.add("layer " + layer.name, box);
  if (chosen && scrolled_to_ != layer.name) {
    ImGui::SetScrollHereX(0.5F);
    scrolled_to_ = layer.name;
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (chosen || ImGui::IsItemHovered()) list.AddRectFilled(box.min(), box.max(), chosen ? p.tint : p.raised, ui.px(6));
  const float line = ui.fonts().small->FontSize;
  const float room = alone ? ui.px(kBlockHeight) : box.h - line - ui.px(6);
  const float w = ui.px(block_width(shape));
  const float h = std::min(ui.px(block_height(shape)), room);
  const float middle = box.y + (alone ? ui.space(1) : 0) + room / 2;
  const float left = std::round(box.x + (box.w - w) / 2);
  const ImVec2 top_left{left, std::round(middle - h / 2)};
  const ImVec2 bottom_right{left + w, std::round(middle + h / 2)};
  if (has_weights(layer.source.op)) {
    list.AddRectFilled(top_left, bottom_right, chosen ? p.accent : p.soft, ui.px(2));
  } else {
    list.AddRect(top_left, bottom_right, chosen ? p.accent : p.soft, ui.px(2), 0, ui.px(1.5F));
  }
  const float name_y = alone ? box.y + ui.space(2) + room + line / 2 : box.y + room + line / 2 + ui.px(3);
  centred(ui, box, layer.name, name_y, chosen ? p.accent : p.ink);
  if (alone) {
    centred(ui, box, fmt::format("{}", shape.c), name_y + line, p.soft);
    centred(ui, box, side_text(shape.map()), name_y + 2 * line, p.soft);
  }
  tooltip(ui, fmt::format("{}: {}, {}", layer.name, kind_of(layer.source), size_of(shape)));
}

/// Layers whose maps are of one size, as a pile.
void NetworkPanel::draw_folded(const Ui& ui, int group, const Box& box) {
  constexpr int kSheets = 3;
  const Palette& p = ui.palette();
  const StripLayout::Group& folded = layout_.groups[static_cast<std::size_t>(group)];
  const std::string side = side_text(folded.maps);
  ImGui::SetCursorScreenPos(box.min());
  if (ImGui::InvisibleButton(fmt::format("fold {}", group).c_str(), {box.w, box.h})) open_ = group;
  ui.landmarks.add(fmt::format("fold {}", group), box);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered()) list.AddRectFilled(box.min(), box.max(), p.raised, ui.px(6));
  const float h = std::min(ui.px(block_height({1, 1, folded.maps.h, folded.maps.w})), ui.px(kBlockHeight));
  const float step = ui.px(5);
  const float w = ui.px(9);
  const float left = std::round(box.x + (box.w - w - (kSheets - 1) * step) / 2);
  const float top = std::round(box.y + ui.space(1) + (ui.px(kBlockHeight) - h) / 2);
  for (int sheet = 0; sheet < kSheets; ++sheet) {
    const float x = left + step * static_cast<float>(sheet);
    list.AddRectFilled({x, top}, {x + w, top + h}, p.raised, ui.px(2));
    list.AddRect({x, top}, {x + w, top + h}, p.soft, ui.px(2), 0, ui.px(1.5F));
  }
  const float line = ui.fonts().small->FontSize;
  const float name_y = box.y + ui.space(2) + ui.px(kBlockHeight) + line / 2;
  centred(ui, box, fmt::format("+{}", folded.layers), name_y, p.accent);
  centred(ui, box, "layers", name_y + line, p.soft);
  centred(ui, box, side, name_y + 2 * line, p.soft);
  tooltip(ui, fmt::format("{} layers{}: click to unfold", folded.layers, side.empty() ? "" : " with maps of " + side));
}

}  // namespace zf::viewer
