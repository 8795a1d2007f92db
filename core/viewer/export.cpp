#include "core/viewer/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/figures/curve.h"
#include "core/figures/grid.h"
#include "core/figures/planes.h"
#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/report/story_json.h"
#include "core/viewer/saving.h"
#include "core/viewer/unit_pictures.h"

namespace zf::viewer {

namespace {

using Json = nlohmann::ordered_json;

void save(const Ui& ui, const std::string& name, const Picture& picture, const Json& numbers) {
  save_picture(ui, name, picture, name + ".json", to_text(numbers, 1) + "\n");
}

std::string stem_of(const PhotoView& photo) { return std::filesystem::path(photo.name).stem().string(); }

/// What every file of numbers begins with.
Json origin(const Session& session) {
  return {{"image", session.photo()->name}, {"model", session.model()->network.name}, {"layer", session.choice().layer}};
}

}  // namespace

void save_page(const Ui& ui) {
  Session& session = ui.session;
  if (!session.photo() || !session.photo()->look) return;
  session.tell({"Writing the whole story of the photo …", {}, false});
  session.write_page(page_job(*session.model(), *session.photo(), session.choice().rule,
                              [ui, name = stem_of(*session.photo()) + ".html"](const std::string& html) { save_text(ui, name, html); }));
}

void save_grid(const Ui& ui, bool by_strength) {
  const Session& session = ui.session;
  if (!session.layer() || !session.photo()) return;
  const LayerView& layer = *session.layer();
  const Shape& maps = layer.story.maps.shape();
  std::vector<Tile> tiles;
  Json rows = Json::array();
  for (int k = 0; k < maps.c; ++k) {
    const int map = by_strength ? layer.by_strength[static_cast<std::size_t>(k)] : k;
    tiles.push_back({map_picture(layer.story.maps.plane(0, map), maps.map(), layer.range, layer.colormap), {}});
    const Seed& seed = layer.strongest[static_cast<std::size_t>(map)];
    rows.push_back({{"map", map}, {"value", seed.value}, {"place", {{"y", seed.y}, {"x", seed.x}}}});
  }
  GridStyle style;
  style.columns = std::max(1, static_cast<int>(std::lround(std::sqrt(1.5 * maps.c))));
  style.least_side = maps.plane() > 1 ? 64 : 16;
  style.gap = 4;
  style.background = {13, 15, 19};
  Json numbers = origin(session);
  numbers["columns"] = style.columns;
  numbers["colours"] = {{"low", layer.range.low}, {"high", layer.range.high}};
  numbers["maps"] = rows;
  save(ui, fmt::format("{}-{}", stem_of(*session.photo()), layer.story.name), draw_grid(tiles, style), numbers);
}

void save_unit(const Ui& ui, bool cropped) {
  const Session& session = ui.session;
  if (!session.unit() || !session.photo() || !session.model()) return;
  const UnitView& unit = *session.unit();
  const UnitPictures pictures = picture_unit(unit, *session.photo(), session.model()->preprocess, cropped);
  constexpr std::array<const char*, kUnitPictures> kLabels = {"photo", "deconvnet", "gradient", "guided"};
  std::vector<Tile> tiles;
  Json reach;
  for (std::size_t i = 0; i < kUnitPictures; ++i) {
    if (!pictures.all[i]) continue;
    tiles.push_back({*pictures.all[i], kLabels[i]});
    if (i > 0) reach[kLabels[i]] = pictures.reach[i];
  }
  GridStyle style;
  style.columns = static_cast<int>(tiles.size());
  style.least_side = 320;
  style.gap = 12;
  Json numbers = origin(session);
  numbers["map"] = unit.seed.map;
  numbers["place"] = {{"y", unit.seed.y}, {"x", unit.seed.x}};
  numbers["value"] = unit.seed.value;
  const auto rectangle = [](const PixelRect& r) { return Json{{"y", r.y}, {"x", r.x}, {"height", r.h}, {"width", r.w}}; };
  numbers["rectangle"] = rectangle(unit.field);
  numbers["shown"] = rectangle(pictures.part);
  numbers["reach"] = reach;
  save(ui, fmt::format("{}-{}-{}", stem_of(*session.photo()), unit.layer, unit.seed.map), draw_grid(tiles, style), numbers);
}

void save_occlusion(const Ui& ui, const OcclusionView& view) {
  const Session& session = ui.session;
  if (!session.photo() || !session.model()) return;
  const std::string label = class_name(session.model()->classes, view.label);
  const std::vector<Tile> tiles = {{view.probability, fmt::format("probability of {}", readable(label))},
                                   {view.activation, fmt::format("activation of map {}", view.map)},
                                   {view.classes, "most probable class"}};
  GridStyle style;
  style.columns = static_cast<int>(tiles.size());
  style.least_side = 448;
  style.gap = 12;
  // Places that were not run yet have no number.
  const auto known = [](const std::vector<float>& values) {
    Json list = Json::array();
    for (const float value : values) list.push_back(std::isnan(value) ? Json() : Json(value));
    return list;
  };
  Json numbers{{"image", session.photo()->name},
               {"model", session.model()->network.name},
               {"y", view.maps.y},
               {"x", view.maps.x},
               {"size", view.maps.size},
               {"label", {{"class", label}, {"index", view.label}}},
               {"layer", session.model()->view_name(view.layer)},
               {"map", view.map},
               {"part", view.part},
               {"probability", known(view.maps.probability(view.label))},
               {"activation", known(view.maps.activation)},
               {"most_probable", view.maps.most_probable()}};
  save(ui, fmt::format("{}-occlusion-{}", stem_of(*session.photo()), view.maps.size), draw_grid(tiles, style), numbers);
}

void save_ranking(const Ui& ui, const RankingView& view) {
  const Session& session = ui.session;
  if (!session.photo() || !session.model()) return;
  const std::string label = class_name(session.model()->classes, view.label);
  Series series;
  series.name = view.layer;
  Json rows = Json::array();
  for (std::size_t i = 0; i < view.drops.size(); ++i) {
    series.x.push_back(static_cast<double>(i + 1));
    series.y.push_back(view.drops[i].drop);
    rows.push_back({{"map", view.drops[i].map}, {"drop", view.drops[i].drop}});
  }
  series.markers = true;
  Plot plot;
  plot.title = fmt::format("What {} loses when one map of {} is muted", readable(label), view.layer);
  plot.x_label = "rank of the map";
  plot.y_label = "drop of the probability";
  plot.series = {series};
  Json numbers = origin(session);
  numbers["layer"] = view.layer;
  numbers["label"] = {{"class", label}, {"index", view.label}};
  numbers["drops"] = rows;
  save(ui, fmt::format("{}-{}-ablation", stem_of(*session.photo()), view.layer), draw_plot(plot), numbers);
}

}  // namespace zf::viewer
