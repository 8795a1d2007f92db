#include "core/figures/colour_bar.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/figures/axis.h"

namespace zf {

namespace {

constexpr int kTickLength = 4;
constexpr int kGap = 4;

void draw_ticks(Picture& picture, const Rect& bar, const Range& range, const TextStyle& text) {
  const int most = std::max(bar.width / (text.size * 4), 2);
  const Interval interval{range.low, range.high};
  const std::vector<double> ticks = interval.high > interval.low ? nice_ticks(interval, most) : std::vector<double>{interval.low};
  const std::vector<std::string> labels = tick_labels(ticks);
  const int below = bar.y + bar.height;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double t = position(static_cast<float>(ticks[i]), range);
    const int x = bar.x + static_cast<int>(std::lround(t * (bar.width - 1)));
    fill(picture, {x, below, 1, kTickLength}, text.colour);
    draw_text(picture, labels[i], x, below + kTickLength + 1, text, Align::kCentre);
  }
}

}  // namespace

Picture colour_bar(Colormap map, const Range& range, const ColourBarStyle& style) {
  const int line = line_height(style.text);
  const int top = style.title.empty() ? 0 : line + kGap;
  // Labels under the ends hang over by half their width.
  const int margin = std::max(2 * style.text.size, 1);
  const Rect bar{margin, top, std::max(style.width - 2 * margin, 2), style.thickness};
  Picture picture = make_picture(bar.width + 2 * margin, top + style.thickness + kTickLength + 1 + line, style.background);
  if (!style.title.empty()) draw_text(picture, shorten(style.title, bar.width + margin, style.text), bar.x, 0, style.text);
  for (int x = 0; x < bar.width; ++x) {
    const float t = static_cast<float>(x) / static_cast<float>(bar.width - 1);
    fill(picture, {bar.x + x, bar.y, 1, bar.height}, colour_at(map, t));
  }
  draw_ticks(picture, bar, range, style.text);
  return picture;
}

}  // namespace zf
