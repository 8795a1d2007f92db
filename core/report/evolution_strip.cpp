#include "core/report/evolution_strip.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/figures/grid.h"
#include "core/figures/planes.h"
#include "core/report/captions.h"
#include "core/report/scaled.h"

namespace zf {

namespace {

Size cell_size(Size field, int most_side) {
  const int longer = std::max(field.h, field.w);
  if (longer <= most_side) return field;
  const auto shrunk = [&](int side) { return std::max(1, static_cast<int>(std::lround(static_cast<double>(side) * most_side / longer))); };
  return {shrunk(field.h), shrunk(field.w)};
}

StripLayer describe(const LayerEvolution& layer, int most_side) {
  StripLayer strip;
  strip.name = layer.output.name;
  strip.field = layer.output.field.size;
  strip.cell = cell_size(strip.field, most_side);
  strip.same_photo = layer.same_photo;
  strip.similarity = layer.similarity;
  strip.settled = static_cast<float>(layer.settled);
  for (const MapEvolution& map : layer.maps) {
    StripMap& row = strip.maps.emplace_back();
    row.map = map.map;
    for (const EvolutionPoint& point : map.points) {
      row.activation.push_back(point.peak.value);
      row.similarity.push_back(point.similarity);
      row.takes_lead.push_back(point.takes_lead);
    }
  }
  return strip;
}

Picture draw_layer(const EvolutionStrip& strip, const StripLayer& layer) {
  constexpr int kSide = 96;
  std::vector<Tile> tiles;
  for (std::size_t m = 0; m < layer.maps.size(); ++m) {
    for (std::size_t e = 0; e < strip.epochs.size(); ++e) {
      const float value = layer.maps[m].activation[e];
      tiles.push_back({scaled(crop(strip.picture, strip.cell(layer, m, e)), kSide),
                       fmt::format("{} · {}", strip.epochs[e], value == 0.0F ? "not active" : short_number(value))});
    }
  }
  GridStyle style;
  style.columns = static_cast<int>(strip.epochs.size());
  style.least_side = 1;
  std::string maps;
  for (const StripMap& map : layer.maps) maps += fmt::format("{}{}", maps.empty() ? "" : ", ", map.map);
  return with_title(draw_grid(tiles, style), layer.name,
                    fmt::format("Maps {} from the top; below each projection its epoch and activation.", maps));
}

}  // namespace

Rect EvolutionStrip::cell(const StripLayer& layer, std::size_t map, std::size_t epoch) const {
  return {static_cast<int>(epoch) * layer.cell.w, layer.top + static_cast<int>(map) * layer.cell.h, layer.cell.w, layer.cell.h};
}

EvolutionStrip evolution_strip(const EvolutionJob& job, int most_side) {
  EvolutionStrip strip;
  strip.images = job.images();
  for (const Snapshot& snapshot : job.snapshots()) strip.epochs.push_back(snapshot.epoch);
  int width = 0;
  int height = 0;
  for (const LayerEvolution& layer : job.layers()) {
    if (layer.maps.empty()) continue;
    StripLayer& described = strip.layers.emplace_back(describe(layer, most_side));
    described.top = height;
    height += static_cast<int>(described.maps.size()) * described.cell.h;
    width = std::max(width, static_cast<int>(strip.epochs.size()) * described.cell.w);
  }
  strip.picture = make_picture(width, height, {kMidGrey, kMidGrey, kMidGrey});
  const Channels channels = channels_of(job.order());
  auto described = strip.layers.begin();
  for (const LayerEvolution& layer : job.layers()) {
    if (layer.maps.empty()) continue;
    for (std::size_t m = 0; m < layer.maps.size(); ++m) {
      for (std::size_t e = 0; e < strip.epochs.size(); ++e) {
        const Tensor& projection = layer.maps[m].points[e].projection;
        const Rect at = strip.cell(*described, m, e);
        Picture picture = signed_picture(projection, 0, signed_scale(projection.values()), channels);
        if (described->cell != described->field) picture = resample(picture, at.width, at.height);
        blit(strip.picture, picture, at.x, at.y);
      }
    }
    ++described;
  }
  return strip;
}

Picture draw_strip(const EvolutionStrip& strip) {
  std::vector<Picture> parts;
  for (const StripLayer& layer : strip.layers) parts.push_back(draw_layer(strip, layer));
  return stack(parts);
}

}  // namespace zf
