#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/figures/axis.h"
#include "core/figures/picture.h"

namespace zf {

/// One line of a plot: x and y of equal length. A value that is not finite leaves a gap.
struct Series {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
  std::optional<Colour> colour;  ///< series_colour of its place by default
  bool dashed = false;
  bool markers = false;  ///< a dot at every point
};

/// A line plot. Ranges that are not given hold all values and end at round numbers.
struct Plot {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  std::optional<Interval> x_range;
  std::optional<Interval> y_range;
  int width = 960;  ///< of the picture, in pixels
  int height = 600;
  int text_size = 18;  ///< line widths and margins follow it
};

/// Where the numbers of a plot stand on its picture.
struct PlotFrame {
  Rect area;  ///< between the axes
  Interval x;
  Interval y;

  /// In pixels from the picture's left and top edge.
  [[nodiscard]] double pixel_x(double value) const { return area.x + (value - x.low) / (x.high - x.low) * area.width; }
  [[nodiscard]] double pixel_y(double value) const { return area.y + (y.high - value) / (y.high - y.low) * area.height; }
};

/// Throws where a series' x and y differ in length, a range is empty, or the picture is too small for its text.
[[nodiscard]] PlotFrame lay_out_plot(const Plot& plot);

/// Title and legend above, numbered axes with light lines across, one antialiased line a series.
[[nodiscard]] Picture draw_plot(const Plot& plot);

}  // namespace zf
