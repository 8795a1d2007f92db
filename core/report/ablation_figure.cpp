#include "core/report/ablation_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/deconv/project.h"
#include "core/figures/curve.h"
#include "core/figures/grid.h"
#include "core/figures/label.h"
#include "core/io/csv.h"
#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/report/png.h"

namespace zf {

namespace {

constexpr int kColumns = 4;
constexpr int kTileSide = 150;
constexpr int kGap = 24;
constexpr int kHeading = 34;

/// One falling line a layer.
Picture draw_drops(const AblationStory& story, int height) {
  Plot plot{.title = fmt::format("Each map muted alone: loss of p({})", readable(story.label)),
            .x_label = "maps of a layer, by their drop",
            .y_label = "drop in probability",
            .series = {},
            .x_range = {},
            .y_range = {}};
  plot.height = height;
  std::vector<std::string> names = story.layers;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    Series series{.name = name, .x = {}, .y = {}, .colour = {}};
    for (std::size_t i = 0; i < story.drops.size(); ++i) {
      if (story.layers[i] != name) continue;
      series.x.push_back(static_cast<double>(series.x.size() + 1));
      series.y.push_back(static_cast<double>(story.drops[i].drop));
    }
    plot.series.push_back(std::move(series));
  }
  return draw_plot(plot);
}

Tile draw_tile(const MissedMap& missed, const Channels& channels) {
  const Picture whole = signed_picture(missed.projection, 0, signed_scale(missed.projection.values()), channels);
  const Picture tile = resample(whole, kTileSide, std::max(kTileSide * whole.height / whole.width, 1));
  return {tile, fmt::format("{} map {}: {:.3f}", missed.layer, missed.map, missed.drop)};
}

}  // namespace

AblationStory tell_ablation(const Net& net, const Ablation& ablation, const AblationRanking& ranking, int label, std::string name,
                            int missed) {
  AblationStory story;
  story.drops = ranking.drops(label);
  story.label = std::move(name);
  story.p = probabilities(ablation.clean_logits())[static_cast<std::size_t>(label)];
  Projector projector(net, ablation.clean(), Rule::kDeconvnet);
  for (const MapDrop& drop : story.drops) {
    story.layers.push_back(view_name(net.network(), drop.layer));
    if (std::cmp_greater_equal(story.missed.size(), missed)) continue;
    const std::vector<MapSeed> seeds{{0, drop.map}};
    story.missed.push_back({story.layers.back(), drop.map, drop.drop, projector.project_maps(drop.layer, seeds).whole(0)});
  }
  return story;
}

Picture draw_ablation(const AblationStory& story) {
  std::vector<Tile> tiles;
  for (const MissedMap& missed : story.missed) tiles.push_back(draw_tile(missed, story.channels));
  GridStyle style;
  style.columns = kColumns;
  style.least_side = kTileSide;
  style.gap = kGap / 2;
  const Picture grid = draw_grid(tiles, style);
  const Picture plot = draw_drops(story, kHeading + grid.height);
  Picture picture = make_picture(plot.width + grid.width + 3 * kGap, plot.height + 2 * kGap);
  blit(picture, plot, kGap, kGap);
  const int left = plot.width + 2 * kGap;
  draw_text(picture, "The maps that the class misses most, all their activations projected", left + style.gap, kGap,
            {18, kInk, Weight::kSemiBold});
  blit(picture, grid, left, kGap + kHeading);
  return picture;
}

std::string ablation_csv(const AblationStory& story) {
  CsvText text({"rank", "layer", "map", "drop"});
  for (std::size_t i = 0; i < story.drops.size(); ++i) {
    const MapDrop& drop = story.drops[i];
    text.add({std::to_string(i + 1), story.layers[i], std::to_string(drop.map), csv_number(static_cast<double>(drop.drop))});
  }
  return text.text();
}

std::vector<OutputFile> ablation_files(const AblationStory& story) {
  return {text_file("ablation.csv", ablation_csv(story)), {"ablation.png", encode_png(draw_ablation(story))}};
}

}  // namespace zf
