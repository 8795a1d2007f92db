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

/// Height and width of a layer's maps; nothing where they are single units.
std::string side_text(const Shape& shape) {
  if (shape.plane() == 1) return {};
  return shape.h == shape.w ? fmt::format("{}²", shape.h) : fmt::format("{}×{}", shape.h, shape.w);
}

/// A map's side in the drawing: grows with the logarithm, so that 7 and 110 both show.
float block_height(const Shape& shape) { return 8 + 7.0F * std::log2(static_cast<float>(std::max(shape.h, shape.w))); }
float block_width(const Shape& shape) { return 4 + 2.2F * std::log2(static_cast<float>(shape.c)); }

}  // namespace

void NetworkPanel::draw(const Ui& ui, float width) {
  if (!ui.session.model()) return;
  const ModelView& model = *ui.session.model();
  const Card card(ui, width);
  heading(ui, "Network", card.width());
  const float count = static_cast<float>(model.layers.size());
  const float least = ui.px(kLayerWidth);
  const float each = std::max(least, std::floor(card.width() / count));
  const float height = ui.px(kBlockHeight) + 3 * ui.fonts().small->FontSize + ui.space(3);
  const bool scrolls = each * count > card.width();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild(
      "strip", {card.width(), height + (scrolls ? ui.px(14) : 0)}, false,
      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollWithMouse | (scrolls ? 0 : ImGuiWindowFlags_NoScrollbar));
  if (ImGui::IsWindowHovered() && scrolls) ImGui::SetScrollX(ImGui::GetScrollX() - ImGui::GetIO().MouseWheel * least);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    draw_layer(ui, model.layers[i], {origin.x + each * static_cast<float>(i), origin.y, each, height});
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  if (const LayerStory* layer = model.find(ui.session.choice().layer)) {
    const std::string recipe = recipe_of(*layer);
    caption(ui,
            fmt::format("{}: {}, {}{}. Click a layer.", layer->name, kind_of(layer->source),
                        size_of(model.shapes[static_cast<std::size_t>(layer->layer)]), recipe.empty() ? "" : ", " + recipe),
            "Fig. 3", card.width());
  }
}

void NetworkPanel::draw_layer(const Ui& ui, const LayerStory& layer, const Box& box) {
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
  const float w = ui.px(block_width(shape));
  const float h = std::min(ui.px(block_height(shape)), ui.px(kBlockHeight));
  const float middle = box.y + ui.space(1) + ui.px(kBlockHeight) / 2;
  const float left = std::round(box.x + (box.w - w) / 2);
  const ImVec2 top_left{left, std::round(middle - h / 2)};
  const ImVec2 bottom_right{left + w, std::round(middle + h / 2)};
  if (has_weights(layer.source.op)) {
    list.AddRectFilled(top_left, bottom_right, chosen ? p.accent : p.soft, ui.px(2));
  } else {
    list.AddRect(top_left, bottom_right, chosen ? p.accent : p.soft, ui.px(2), 0, ui.px(1.5F));
  }
  const float name_y = box.y + ui.space(2) + ui.px(kBlockHeight) + ui.fonts().small->FontSize / 2;
  const auto centred = [&](const std::string& line, float y, ImU32 colour) {
    const std::string shown = shortened(ui.fonts().small, line, box.w);
    draw_text(list, ui.fonts().small, colour, {box.x + (box.w - text_size(ui.fonts().small, shown).x) / 2, y}, shown);
  };
  centred(layer.name, name_y, chosen ? p.accent : p.ink);
  centred(fmt::format("{}", shape.c), name_y + ui.fonts().small->FontSize, p.soft);
  centred(side_text(shape), name_y + 2 * ui.fonts().small->FontSize, p.soft);
  tooltip(ui, fmt::format("{}: {}", kind_of(layer.source), size_of(shape)));
}

}  // namespace zf::viewer
