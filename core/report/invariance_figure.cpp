#include "core/report/invariance_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/figures/colormap.h"
#include "core/figures/curve.h"
#include "core/figures/label.h"
#include "core/figures/stroke.h"
#include "core/io/csv.h"
#include "core/nn/prediction.h"
#include "core/report/estimate_json.h"
#include "core/report/png.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr int kRows = 3;
constexpr int kPlotWidth = 600;
constexpr int kPlotHeight = 400;
constexpr int kText = 15;
constexpr int kMargin = 12;
constexpr Colour kFaint{208, 211, 218};

const TextStyle kLegend{kText, kInk, Weight::kRegular};

std::vector<double> row_values(const InvarianceCurve& curve, int row) {
  return row == 2 ? curve.probability : curve.distance[static_cast<std::size_t>(row)];
}

bool one_by_one(const InvarianceStory& story) { return story.records.size() <= static_cast<std::size_t>(kSeriesColours); }

/// The lines of one plot; their names stand in the legend above all plots.
std::vector<Series> lines(const InvarianceStory& story, std::size_t axis, int row) {
  std::vector<Series> result;
  const std::vector<double>& x = story.amounts[axis];
  std::vector<double> mean(x.size(), 0.0);
  for (const InvarianceRecord& record : story.records) {
    const std::vector<double> y = row_values(record.curves[axis], row);
    for (std::size_t i = 0; i < x.size(); ++i) mean[i] += y[i] / static_cast<double>(story.records.size());
    const auto k = static_cast<int>(result.size());
    result.push_back({"", x, y, one_by_one(story) ? series_colour(k) : kFaint, false, false});
  }
  if (!one_by_one(story)) result.push_back({"", x, mean, series_colour(0), false, false});
  return result;
}

/// One range for a row's plots, so that its columns compare.
Interval row_range(const InvarianceStory& story, int row) {
  if (row == 2) return {0, 1};
  constexpr int kTicks = 6;
  std::vector<double> values{0};
  for (const InvarianceRecord& record : story.records) {
    for (const InvarianceCurve& curve : record.curves) {
      const std::vector<double> y = row_values(curve, row);
      values.insert(values.end(), y.begin(), y.end());
    }
  }
  return nice_interval(values, kTicks);
}

Picture draw_cell(const InvarianceStory& story, Axis axis, int row) {
  constexpr std::array<const char*, kAxes> kTitles{"Vertical translation", "Scale", "Rotation"};
  constexpr std::array<const char*, kAxes> kUnits{"pixels down", "factor", "degrees, counter-clockwise"};
  const auto place = static_cast<std::size_t>(axis);
  Plot plot;
  if (row == 0) plot.title = kTitles[place];
  plot.x_label = kUnits[place];
  plot.y_label = row == 2 ? "probability of the class" : "distance at " + story.layers[static_cast<std::size_t>(row)];
  plot.series = lines(story, place, row);
  plot.y_range = row_range(story, row);
  plot.width = kPlotWidth;
  plot.height = row == 0 ? kPlotHeight + 2 * kText : kPlotHeight;
  plot.text_size = kText;
  return draw_plot(plot);
}

struct Entry {
  std::string name;
  Colour colour;
};

std::vector<Entry> legend_entries(const InvarianceStory& story) {
  if (!one_by_one(story)) return {{"one photo", kFaint}, {fmt::format("mean of {} photos", story.records.size()), series_colour(0)}};
  std::vector<Entry> entries;
  for (const InvarianceRecord& record : story.records) {
    const std::string name = class_name(story.classes, record.label);
    entries.push_back(
        {fmt::format("{} ({}{})", record.name, record.true_class ? "" : "called ", name), series_colour(static_cast<int>(entries.size()))});
  }
  return entries;
}

/// Names beside samples of their lines, as many in a row as fit.
Picture draw_legend(const InvarianceStory& story, int width) {
  constexpr int kSample = 28;
  constexpr int kGap = 24;
  const int line = line_height(kLegend) + 4;
  const std::vector<Entry> entries = legend_entries(story);
  std::vector<PixelPoint> places;
  int x = kMargin;
  int y = kMargin;
  for (const Entry& entry : entries) {
    const int needed = kSample + kMargin + text_width(entry.name, kLegend);
    if (x > kMargin && x + needed > width - kMargin) {
      x = kMargin;
      y += line;
    }
    places.push_back({static_cast<float>(x), static_cast<float>(y)});
    x += needed + kGap;
  }
  Picture picture = make_picture(width, y + line);
  const Rect all{0, 0, picture.width, picture.height};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const float middle = places[i].y + static_cast<float>(line_height(kLegend)) / 2;
    const std::array<PixelPoint, 2> sample{PixelPoint{places[i].x, middle}, PixelPoint{places[i].x + kSample, middle}};
    draw_line(picture, sample, {entries[i].colour, 3, 0}, all);
    const int left = static_cast<int>(places[i].x) + kSample + kMargin / 2;
    draw_text(picture, shorten(entries[i].name, width - left - kMargin, kLegend), left, static_cast<int>(places[i].y), kLegend);
  }
  return picture;
}

nlohmann::ordered_json axis_json(const InvarianceStory& story, const AxisClaims& claims) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (std::size_t k = 0; k < 2; ++k) {
    layers.push_back({{"layer", story.layers[k]},
                      {"early", estimate_json(claims.early[k])},
                      {"relative", estimate_json(claims.relative[k])},
                      {"linearity", estimate_json(claims.linearity[k])}});
  }
  return {{"axis", name_of(claims.axis)},
          {"unit", unit_of(claims.axis)},
          {"photos", claims.photos},
          {"small", claims.small},
          {"layers", layers},
          {"early_ratio", estimate_json(claims.early_ratio)},
          {"relative_ratio", estimate_json(claims.relative_ratio)},
          {"kept", estimate_json(claims.kept)},
          {"change", estimate_json(claims.change)}};
}

}  // namespace

Picture draw_invariance(const InvarianceStory& story) {
  if (story.records.empty()) fail("invariance: expected at least one photo to draw, found none");
  std::vector<Axis> axes;
  for (int axis = 0; axis < kAxes; ++axis) {
    if (!story.amounts[static_cast<std::size_t>(axis)].empty()) axes.push_back(static_cast<Axis>(axis));
  }
  const int width = kPlotWidth * static_cast<int>(axes.size());
  const Picture legend = draw_legend(story, width);
  Picture figure = make_picture(width, legend.height + kRows * kPlotHeight + 2 * kText);
  blit(figure, legend, 0, 0);
  int y = legend.height;
  for (int row = 0; row < kRows; ++row) {
    int x = 0;
    int height = 0;
    for (const Axis axis : axes) {
      const Picture cell = draw_cell(story, axis, row);
      blit(figure, cell, x, y);
      x += cell.width;
      height = cell.height;
    }
    y += height;
  }
  return figure;
}

std::string invariance_csv(const InvarianceStory& story) {
  CsvText text({"image", "class", "axis", "amount", "distance_1", "distance_2", "relative_1", "relative_2", "probability", "top"});
  for (const InvarianceRecord& record : story.records) {
    const auto relative = [&](std::size_t k, double distance) {
      return record.norm[k] > 0 ? csv_number(distance / record.norm[k]) : std::string();
    };
    for (std::size_t axis = 0; axis < story.amounts.size(); ++axis) {
      const InvarianceCurve& curve = record.curves[axis];
      for (std::size_t i = 0; i < story.amounts[axis].size(); ++i) {
        const std::array<double, 2> d{curve.distance[0][i], curve.distance[1][i]};
        text.add({record.name, class_name(story.classes, record.label), std::string(name_of(static_cast<Axis>(axis))),
                  csv_number(story.amounts[axis][i]), csv_number(d[0]), csv_number(d[1]), relative(0, d[0]), relative(1, d[1]),
                  csv_number(curve.probability[i]), class_name(story.classes, curve.top[i])});
      }
    }
  }
  return text.text();
}

nlohmann::ordered_json invariance_json(const InvarianceStory& story, const InvarianceClaims& claims) {
  nlohmann::ordered_json photos = nlohmann::ordered_json::array();
  for (const InvarianceRecord& record : story.records) {
    photos.push_back({{"image", record.name},
                      {"class", class_name(story.classes, record.label)},
                      {"true_class", record.true_class},
                      {"top", class_name(story.classes, record.top)},
                      {"probability", record.probability}});
  }
  nlohmann::ordered_json axes = nlohmann::ordered_json::array();
  for (const AxisClaims& axis : claims.axes) axes.push_back(axis_json(story, axis));
  return {{"layers", story.layers},
          {"photos", photos},
          {"axes", axes},
          {"kept_translation_minus_rotation", estimate_json(claims.translation_over_rotation)},
          {"kept_scale_minus_rotation", estimate_json(claims.scale_over_rotation)}};
}

std::vector<OutputFile> invariance_files(const InvarianceStory& story, const nlohmann::ordered_json& json) {
  return {text_file("invariance.csv", invariance_csv(story)),
          json_file("invariance.json", json),
          {"invariance.png", encode_png(draw_invariance(story))}};
}

}  // namespace zf
