#include "core/report/comparison_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/figures/colormap.h"
#include "core/figures/curve.h"
#include "core/figures/grid.h"
#include "core/figures/label.h"
#include "core/figures/planes.h"
#include "core/report/png.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr int kMargin = 16;
const TextStyle kTitle{18, kInk, Weight::kSemiBold};
const TextStyle kNote{14, kSoftInk, Weight::kRegular};

/// Panels beside each other, a title and a note above each.
struct Panel {
  std::string title;
  std::string note;
  Picture picture;
};

Picture side_by_side(const std::vector<Panel>& panels) {
  const int head = line_height(kTitle) + line_height(kNote) + kMargin / 2;
  int width = kMargin;
  int height = 0;
  for (const Panel& panel : panels) {
    width += panel.picture.width + kMargin;
    height = std::max(height, panel.picture.height);
  }
  Picture picture = make_picture(width, kMargin + head + height + kMargin);
  int x = kMargin;
  for (const Panel& panel : panels) {
    draw_text(picture, shorten(panel.title, panel.picture.width, kTitle), x, kMargin, kTitle);
    draw_text(picture, shorten(panel.note, panel.picture.width, kNote), x, kMargin + line_height(kTitle), kNote);
    blit(picture, panel.picture, x, kMargin + head);
    x += panel.picture.width + kMargin;
  }
  return picture;
}

/// A roughly square grid of every item of (N, 1 or 3, h, w).
Picture grid_of(const ModelProfile& model, const Tensor& items, int least_side, FilterScale scale) {
  constexpr double kAll = 100;  // percent: nothing is cut off
  const float joint = signed_scale(items.values(), kAll);
  std::vector<Tile> tiles;
  for (int i = 0; i < items.shape().n; ++i) {
    const auto values = items.values().subspan(static_cast<std::size_t>(i) * items.shape().item(), items.shape().item());
    const float reach = scale == FilterScale::kJoint ? joint : signed_scale(values, kAll);
    tiles.push_back({signed_picture(items, i, reach, channels_of(model.order)), ""});
  }
  GridStyle style;
  style.columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(tiles.size()))));
  style.least_side = least_side;
  style.gap = 3;
  return draw_grid(tiles, style);
}

double mean_aliased(const ModelProfile& model) {
  double sum = 0;
  for (const FilterMeasure& filter : model.measures) sum += filter.aliased;
  return sum / static_cast<double>(model.measures.size());
}

}  // namespace

Picture draw_filters(std::span<const ModelProfile> models, FilterScale scale) {
  constexpr int kLeastSide = 44;
  std::vector<Panel> panels;
  for (const ModelProfile& model : models) {
    const Shape& shape = model.filters.shape();
    const std::string note = scale == FilterScale::kJoint ? fmt::format("one scale; strongest {:.1f} x the median", model.dominance)
                                                          : fmt::format("{} filters of {} x {}, stride {}; {:.0f} % aliased", shape.n,
                                                                        shape.h, shape.w, model.stride, 100 * mean_aliased(model));
    panels.push_back({model.name, note, grid_of(model, model.filters, kLeastSide, scale)});
  }
  return side_by_side(panels);
}

Picture draw_second_layers(std::span<const ModelProfile> models) {
  constexpr int kLeastSide = 48;
  std::vector<Panel> panels;
  for (const ModelProfile& model : models) {
    if (model.projections.empty()) continue;
    const MapsMeasure& maps = model.layers[1];
    panels.push_back(
        {model.name,
         fmt::format("{}, {} maps, strongest in {} photos; {:.0f} % dead", maps.layer, maps.greatest.size(), model.photos, 100 * maps.dead),
         grid_of(model, model.projections, kLeastSide, FilterScale::kEach)});
  }
  if (panels.empty()) fail("comparison: expected photos to project the second layer on, found none");
  return side_by_side(panels);
}

Picture draw_spectra(std::span<const ModelProfile> models) {
  Plot plot;
  plot.title = "Frequencies of the first filters";
  plot.x_label = "radial frequency, cycles per pixel";
  plot.y_label = "share of energy in a ring of 1/32";
  double most = 0;
  for (const ModelProfile& model : models) {
    Series series;
    series.name = model.name;
    series.colour = series_colour(static_cast<int>(plot.series.size()));
    series.markers = true;
    for (std::size_t ring = 0; ring < kRings; ++ring) {
      series.x.push_back(ring_middle(ring));
      series.y.push_back(mean_ring(model.measures, ring));
      most = std::max(most, series.y.back());
    }
    plot.series.push_back(std::move(series));
  }
  plot.y_range = nice_interval({0, most}, 6);
  const std::size_t count = plot.series.size();
  for (std::size_t i = 0; i < count; ++i) {
    const double limit = 0.5 / models[i].stride;
    plot.series.push_back(
        {fmt::format("limit of stride {}", models[i].stride), {limit, limit}, {0, plot.y_range->high}, plot.series[i].colour, true, false});
  }
  return draw_plot(plot);
}

std::vector<OutputFile> comparison_files(std::span<const ModelProfile> models, const ComparisonOptions& options,
                                         const nlohmann::ordered_json& json) {
  std::vector<OutputFile> files{{"filters.png", encode_png(draw_filters(models, FilterScale::kEach))},
                                {"filters_one_scale.png", encode_png(draw_filters(models, FilterScale::kJoint))},
                                text_file("filters.csv", filters_csv(models)),
                                {"spectra.png", encode_png(draw_spectra(models))},
                                text_file("spectra.csv", spectra_csv(models))};
  if (models.front().photos > 0) {
    files.push_back({"second_layers.png", encode_png(draw_second_layers(models))});
    files.push_back(text_file("maps.csv", maps_csv(models, options)));
  }
  files.push_back(json_file("comparison.json", json));
  return files;
}

}  // namespace zf
