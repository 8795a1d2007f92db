#include "core/report/evolution_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/figures/curve.h"
#include "core/figures/label.h"
#include "core/figures/planes.h"
#include "core/report/captions.h"
#include "core/report/csv.h"
#include "core/report/evolution_strip.h"
#include "core/report/png.h"
#include "core/report/scaled.h"
#include "core/report/story_json.h"

namespace zf {

namespace {

constexpr int kSide = 104;   // of a projection, in pixels
constexpr int kGap = 8;      // between cells
constexpr int kMargin = 14;  // around a layer
constexpr int kNames = 76;   // room for a map's name
constexpr Colour kLead{217, 119, 6};
const TextStyle kHead{14, kInk, Weight::kSemiBold};
const TextStyle kText{13, kSoftInk, Weight::kRegular};

Picture cell_of(const EvolutionPoint& point, const Channels& channels) {
  const float scale = signed_scale(point.projection.values());
  Picture projection = scaled(signed_picture(point.projection, 0, scale, channels), kSide);
  if (point.patch.rgb.empty()) return projection;
  const Picture patch = scaled(to_picture(point.patch), kSide);
  constexpr int kBetween = 2;
  Picture both = make_picture(projection.width + kBetween + patch.width, kSide);
  blit(both, projection, 0, 0);
  blit(both, patch, projection.width + kBetween, 0);
  return both;
}

/// A triangle in the upper left corner.
void mark_lead(Picture& picture, int x, int y) {
  constexpr int kLength = 18;
  for (int row = 0; row < kLength; ++row) fill(picture, {x, y + row, kLength - row, 1}, kLead);
}

Picture draw_layer(const EvolutionJob& job, const LayerEvolution& layer, const Channels& channels) {
  const bool patches = std::any_of(layer.maps.begin(), layer.maps.end(), [](const MapEvolution& map) {
    return std::any_of(map.points.begin(), map.points.end(), [](const EvolutionPoint& p) { return !p.patch.rgb.empty(); });
  });
  const int cell_width = patches ? 2 * kSide + 2 : kSide;
  const int head = line_height(kHead) + 4;
  const int row_height = kSide + line_height(kText) + kGap;
  const auto columns = static_cast<int>(job.snapshots().size());
  const auto rows = static_cast<int>(layer.maps.size());
  Picture picture = make_picture(2 * kMargin + kNames + columns * (cell_width + kGap) - kGap, kMargin + head + rows * row_height);
  const auto left = [&](std::size_t s) { return kMargin + kNames + static_cast<int>(s) * (cell_width + kGap); };
  for (std::size_t s = 0; s < job.snapshots().size(); ++s) {
    draw_text(picture, fmt::format("epoch {}", job.snapshots()[s].epoch), left(s) + cell_width / 2, kMargin, kHead, Align::kCentre);
  }
  int y = kMargin + head;
  for (const MapEvolution& map : layer.maps) {
    draw_text(picture, fmt::format("map {}", map.map), kMargin, y + kSide / 2 - line_height(kHead) / 2, kHead);
    for (std::size_t s = 0; s < map.points.size(); ++s) {
      const EvolutionPoint& point = map.points[s];
      blit(picture, cell_of(point, channels), left(s), y);
      if (point.takes_lead) mark_lead(picture, left(s), y);
      draw_text(picture, point.peak.value == 0.0F ? "not active" : short_number(point.peak.value), left(s) + cell_width / 2, y + kSide + 1,
                kText, Align::kCentre);
    }
    y += row_height;
  }
  return picture;
}

}  // namespace

Picture draw_evolution(const EvolutionJob& job) {
  const Channels channels = channels_of(job.order());
  std::vector<Picture> parts;
  for (const LayerEvolution& layer : job.layers()) {
    if (layer.maps.empty()) continue;
    const Size field = layer.output.field.size;
    parts.push_back(with_title(draw_layer(job, layer, channels), layer.output.name,
                               fmt::format("Fields of {} × {} pixels. Corner: another photo leads.", field.h, field.w)));
  }
  return stack(parts);
}

Picture draw_settling(const EvolutionJob& job) {
  Plot plot;
  plot.title = "How soon layers settle";
  plot.x_label = "epoch";
  plot.y_label = "maps with the same strongest photo as before";
  plot.y_range = Interval{0, 1};
  for (const LayerEvolution& layer : job.layers()) {
    Series series;
    series.name = layer.output.name;
    series.markers = true;
    for (std::size_t s = 1; s < job.snapshots().size(); ++s) {
      series.x.push_back(job.snapshots()[s].epoch);
      series.y.push_back(layer.same_photo[s]);
    }
    plot.series.push_back(std::move(series));
  }
  return draw_plot(plot);
}

std::string evolution_csv(const EvolutionJob& job) {
  std::string csv = "layer,map,epoch,activation,image,name,y,x,takes_lead,similarity\n";
  for (const LayerEvolution& layer : job.layers()) {
    for (const MapEvolution& map : layer.maps) {
      for (std::size_t s = 0; s < map.points.size(); ++s) {
        const EvolutionPoint& point = map.points[s];
        const std::string& name = job.photos().names[static_cast<std::size_t>(point.peak.image)];
        csv += fmt::format("{},{},{},{},{},{},{},{},", layer.output.name, map.map, job.snapshots()[s].epoch, point.peak.value,
                           point.peak.image, csv_field(name), point.y, point.x);
        csv += s == 0 ? ",\n" : fmt::format("{},{}\n", point.takes_lead ? 1 : 0, point.similarity);
      }
    }
  }
  return csv;
}

nlohmann::ordered_json evolution_json(const EvolutionJob& job) {
  nlohmann::ordered_json epochs = nlohmann::ordered_json::array();
  for (const Snapshot& snapshot : job.snapshots()) epochs.push_back(snapshot.epoch);
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const LayerEvolution& layer : job.layers()) {
    nlohmann::ordered_json maps = nlohmann::ordered_json::array();
    for (const MapEvolution& map : layer.maps) maps.push_back(map.map);
    layers.push_back({{"layer", layer.output.name},
                      {"maps", maps},
                      {"activation", layer.activation},
                      {"same_photo", layer.same_photo},
                      {"similarity", layer.similarity},
                      {"settled_epoch", layer.settled}});
  }
  return {{"images", job.images()}, {"epochs", epochs}, {"layers", layers}};
}

std::vector<OutputFile> evolution_files(const EvolutionJob& job, const nlohmann::ordered_json& json, int strip_side) {
  const EvolutionStrip strip = evolution_strip(job, strip_side);
  return {{"evolution.png", encode_png(draw_evolution(job))}, {"settling.png", encode_png(draw_settling(job))},
          text_file("evolution.csv", evolution_csv(job)),     json_file("evolution.json", json),
          {"evolution_strip.png", encode_png(strip.picture)}, text_file("evolution_strip.json", strip_json(strip))};
}

}  // namespace zf
