#include "core/figures/curve.h"

#include <algorithm>
#include <cmath>

#include "core/figures/colormap.h"
#include "core/figures/label.h"
#include "core/figures/stroke.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr Colour kGridLine{228, 230, 234};
constexpr Colour kAxisLine{128, 132, 140};

/// Everything whose size follows the text.
struct Style {
  explicit Style(int size)
      : title{size + size / 4, kInk, Weight::kSemiBold},
        text{size, kSoftInk, Weight::kRegular},
        legend{size, kInk, Weight::kRegular},
        unit(size),
        line(std::max(1, size / 16)),
        stroke(static_cast<float>(size) / 7) {}

  TextStyle title;
  TextStyle text;
  TextStyle legend;
  int unit;      ///< margin
  int line;      ///< of axes and grid
  float stroke;  ///< of series
};

/// One entry of the legend: its sample's left edge and its row.
struct LegendEntry {
  int x = 0;
  int row = 0;
};

int sample_width(const Style& style) { return 2 * style.unit; }

/// Left to right, in as many rows as they take.
std::vector<LegendEntry> lay_out_legend(const Plot& plot, const Style& style, int left, int right) {
  std::vector<LegendEntry> entries;
  int x = left;
  int row = 0;
  for (const Series& series : plot.series) {
    const int width = sample_width(style) + style.unit / 2 + text_width(series.name, style.legend);
    if (x > left && x + width > right) {
      x = left;
      ++row;
    }
    entries.push_back({x, row});
    x += width + style.unit * 3 / 2;
  }
  return entries;
}

bool has_legend(const Plot& plot) {
  return std::any_of(plot.series.begin(), plot.series.end(), [](const Series& series) { return !series.name.empty(); });
}

int most_y_ticks(const Plot& plot) { return std::clamp(plot.height / (plot.text_size * 4), 2, 9); }
int most_x_ticks(const Plot& plot) { return std::clamp(plot.width / (plot.text_size * 5), 2, 11); }

Interval range_of(const Plot& plot, const std::optional<Interval>& given, std::vector<double> Series::*values, int most) {
  if (given) {
    if (!(given->low < given->high))
      fail("plot {}: expected an axis from low to high, found {} to {}", plot.title, given->low, given->high);
    return *given;
  }
  std::vector<double> all;
  for (const Series& series : plot.series) all.insert(all.end(), (series.*values).begin(), (series.*values).end());
  return nice_interval(all, most);
}

int widest(const std::vector<std::string>& labels, const TextStyle& style) {
  int width = 0;
  for (const std::string& label : labels) width = std::max(width, text_width(label, style));
  return width;
}

/// A plot's parts from the top: title, legend, y label, area, x numbers, x label.
struct Layout {
  PlotFrame frame;
  std::vector<LegendEntry> legend;
  int title_y = 0;
  int legend_y = 0;
  int y_label_y = 0;
  int x_label_y = 0;
};

Layout lay_out(const Plot& plot, const Style& style) {
  for (const Series& series : plot.series) {
    if (series.x.size() != series.y.size()) {
      fail("plot {}: expected as many x as y values of {}, found {} and {}", plot.title, series.name, series.x.size(), series.y.size());
    }
  }
  Layout layout;
  PlotFrame& frame = layout.frame;
  frame.x = range_of(plot, plot.x_range, &Series::x, most_x_ticks(plot));
  frame.y = range_of(plot, plot.y_range, &Series::y, most_y_ticks(plot));
  const int line = line_height(style.text);
  const int numbers = widest(tick_labels(nice_ticks(frame.y, most_y_ticks(plot))), style.text);
  const int left = style.unit + numbers + style.unit / 2;
  const int right = plot.width - style.unit * 3 / 2;
  int y = style.unit;
  layout.title_y = y;
  if (!plot.title.empty()) y += line_height(style.title) + style.unit / 2;
  layout.legend_y = y;
  if (has_legend(plot)) {
    layout.legend = lay_out_legend(plot, style, style.unit, right);
    y += (layout.legend.back().row + 1) * line + style.unit / 2;
  }
  layout.y_label_y = y;
  if (!plot.y_label.empty()) y += line;
  y += style.unit;
  int bottom = plot.height - style.unit;
  if (!plot.x_label.empty()) bottom -= line;
  layout.x_label_y = bottom;
  bottom -= line + style.unit * 3 / 4;
  frame.area = {left, y, right - left, bottom - y};
  if (frame.area.width < style.unit || frame.area.height < style.unit) {
    fail("plot {}: expected more room than {}x{} pixels for text of {} pixels", plot.title, plot.width, plot.height, plot.text_size);
  }
  return layout;
}

void draw_axes(Picture& picture, const Plot& plot, const Layout& layout, const Style& style) {
  const PlotFrame& frame = layout.frame;
  const Rect& area = frame.area;
  const int half_line = line_height(style.text) / 2;
  const std::vector<double> ys = nice_ticks(frame.y, most_y_ticks(plot));
  const std::vector<std::string> y_labels = tick_labels(ys);
  for (std::size_t i = 0; i < ys.size(); ++i) {
    const int y = static_cast<int>(std::lround(frame.pixel_y(ys[i])));
    fill(picture, {area.x, y - style.line / 2, area.width, style.line}, kGridLine);
    draw_text(picture, y_labels[i], area.x - style.unit / 2, y - half_line, style.text, Align::kRight);
  }
  const int bottom = area.y + area.height;
  const std::vector<double> xs = nice_ticks(frame.x, most_x_ticks(plot));
  const std::vector<std::string> x_labels = tick_labels(xs);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const int x = static_cast<int>(std::lround(frame.pixel_x(xs[i])));
    fill(picture, {x - style.line / 2, bottom, style.line, style.unit / 3}, kAxisLine);
    draw_text(picture, x_labels[i], x, bottom + style.unit / 2, style.text, Align::kCentre);
  }
  fill(picture, {area.x, bottom - style.line / 2, area.width, style.line}, kAxisLine);
  draw_text(picture, plot.y_label, style.unit, layout.y_label_y, style.text);
  draw_text(picture, plot.x_label, area.x + area.width / 2, layout.x_label_y, style.text, Align::kCentre);
}

StrokeStyle stroke_of(const Series& series, std::size_t place, const Style& style) {
  const Colour colour = series.colour.value_or(series_colour(static_cast<int>(place)));
  return {colour, style.stroke, series.dashed ? style.stroke * 2.5F : 0.0F};
}

void draw_series(Picture& picture, const Series& series, const StrokeStyle& stroke, const PlotFrame& frame) {
  // Half a stroke may stand over the area's edge, so that lines along it are not cut in half.
  const int over = static_cast<int>(std::ceil(stroke.width));
  const Rect clip{frame.area.x - over, frame.area.y - over, frame.area.width + 2 * over, frame.area.height + 2 * over};
  std::vector<PixelPoint> points;
  const auto end_run = [&] {
    draw_line(picture, points, stroke, clip);
    points.clear();
  };
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) {
      end_run();
      continue;
    }
    points.push_back({static_cast<float>(frame.pixel_x(series.x[i])), static_cast<float>(frame.pixel_y(series.y[i]))});
    const PixelPoint& p = points.back();
    const bool inside =
        frame.x.low <= series.x[i] && series.x[i] <= frame.x.high && frame.y.low <= series.y[i] && series.y[i] <= frame.y.high;
    if (series.markers && inside) draw_disc(picture, p, stroke.width * 1.6F, stroke.colour);
  }
  end_run();
}

void draw_legend(Picture& picture, const Plot& plot, const Layout& layout, const Style& style) {
  const int line = line_height(style.legend);
  for (std::size_t i = 0; i < layout.legend.size(); ++i) {
    const Series& series = plot.series[i];
    const LegendEntry& entry = layout.legend[i];
    const int top = layout.legend_y + entry.row * line;
    const float y = static_cast<float>(top) + static_cast<float>(line) / 2;
    const auto x = static_cast<float>(entry.x);
    const PixelPoint sample[] = {{x, y}, {x + static_cast<float>(sample_width(style)), y}};
    const StrokeStyle stroke = stroke_of(series, i, style);
    draw_line(picture, sample, stroke, {0, 0, picture.width, picture.height});
    if (series.markers) draw_disc(picture, {x + static_cast<float>(style.unit), y}, stroke.width * 1.6F, stroke.colour);
    draw_text(picture, series.name, entry.x + sample_width(style) + style.unit / 2, top, style.legend);
  }
}

}  // namespace

PlotFrame lay_out_plot(const Plot& plot) { return lay_out(plot, Style(plot.text_size)).frame; }

Picture draw_plot(const Plot& plot) {
  const Style style(plot.text_size);
  const Layout layout = lay_out(plot, style);
  Picture picture = make_picture(plot.width, plot.height);
  draw_text(picture, plot.title, style.unit, layout.title_y, style.title);
  draw_legend(picture, plot, layout, style);
  draw_axes(picture, plot, layout, style);
  for (std::size_t i = 0; i < plot.series.size(); ++i)
    draw_series(picture, plot.series[i], stroke_of(plot.series[i], i, style), layout.frame);
  return picture;
}

}  // namespace zf
