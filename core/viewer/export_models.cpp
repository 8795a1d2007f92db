#include "core/viewer/export_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/figures/grid.h"
#include "core/report/captions.h"
#include "core/report/comparison_figure.h"
#include "core/report/story_json.h"
#include "core/viewer/saving.h"

namespace zf::viewer {

namespace {

/// The tiles of a sheet, one a label, in a square.
Picture labelled_grid(const Sheet& sheet, const std::vector<std::string>& labels) {
  std::vector<Tile> tiles;
  for (std::size_t k = 0; k < labels.size(); ++k) tiles.push_back({crop(sheet.picture, sheet.tile(static_cast<int>(k))), labels[k]});
  GridStyle style;
  style.columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(labels.size()))));
  style.least_side = 128;
  style.gap = 8;
  return draw_grid(tiles, style);
}

Picture side_by_side(const Picture& left, const Picture& right) {
  Picture both = make_picture(left.width + right.width, std::max(left.height, right.height));
  blit(both, left, 0, 0);
  blit(both, right, left.width, 0);
  return both;
}

}  // namespace

void save_strongest(const Ui& ui, const StrongestView& view) {
  std::vector<std::string> labels;
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < view.items.size(); ++i) {
    const AtlasItem& item = view.items[i];
    labels.push_back(short_number(item.value));
    nlohmann::ordered_json entry{
        {"value", item.value}, {"image", item.image}, {"place", {{"y", item.y}, {"x", item.x}}}, {"scale", item.scale}};
    if (i < view.names.size()) entry["name"] = view.names[i];
    items.push_back(std::move(entry));
  }
  const Picture projections = labelled_grid(view.projections, labels);
  const bool patches = view.patches.columns > 0;
  const std::string& model = ui.session.model()->network.name;
  const nlohmann::ordered_json numbers{
      {"model", model}, {"layer", view.layer}, {"map", view.map}, {"images", view.images}, {"items", items}};
  const std::string name = fmt::format("{}-{}-{}-strongest", model, view.layer, view.map);
  save_picture(ui, name, patches ? side_by_side(projections, labelled_grid(view.patches, labels)) : projections, name + ".json",
               to_text(numbers, 1) + "\n");
}

void save_evolution(const Ui& ui, const EvolutionStrip& strip) {
  save_picture(ui, "evolution", draw_strip(strip), "evolution.json", strip_json(strip));
}

void save_comparison(const Ui& ui, const ComparisonView& view) {
  std::vector<ModelProfile> profiles;
  for (const ComparedModel& model : view.models) profiles.push_back(model.profile);
  std::vector<Picture> parts{draw_filters(profiles, FilterScale::kEach)};
  if (!profiles.front().projections.empty()) parts.push_back(draw_second_layers(profiles));
  parts.push_back(draw_spectra(profiles));
  save_picture(ui, "comparison", stack(parts), "comparison.json", to_text(comparison_json(profiles, view.options), 1) + "\n");
}

}  // namespace zf::viewer
