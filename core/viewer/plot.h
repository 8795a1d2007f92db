#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/figures/axis.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// A line of a LinePlot: x rising, and y of equal length.
struct PlotLine {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
  std::optional<double> now;  ///< its value at the marker
};

/// A plot of at most two lines on one pair of numbered axes.
struct LinePlot {
  std::string name;     ///< its landmark
  std::string title;    ///< what y is
  std::string x_label;  ///< what x is, with its unit
  std::vector<PlotLine> lines;
  Interval x;
  Interval y;
  std::optional<double> marker;  ///< an x to mark
};

/// Draws it in the theme's colours; pointing at it shows the numbers there. Gives the x where it is pressed or dragged.
std::optional<double> draw_line_plot(const Ui& ui, const LinePlot& plot, const Box& box);

}  // namespace zf::viewer
