#include "core/analysis/fill.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/tensor/error.h"

namespace zf {

std::vector<float> fill_values(const std::string& text, const Preprocess& preprocess) {
  if (text == "mean") return {};
  std::array<std::uint8_t, 3> rgb{kMidGrey, kMidGrey, kMidGrey};
  if (text != "grey") {
    std::array<int, 3> values{};
    char rest = 0;
    const int read = std::sscanf(text.c_str(), "%d,%d,%d%c", &values[0], &values[1], &values[2], &rest);
    const bool fits = std::all_of(values.begin(), values.end(), [](int v) { return v >= 0 && v <= 255; });
    if (read != 3 || !fits) fail("occlude: expected a fill of mean, grey or R,G,B with values of 0 to 255, found {}", text);
    for (std::size_t c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>(values[c]);
  }
  Preprocess of_pixel = preprocess;
  of_pixel.resize = 1;
  of_pixel.crop = {1, 1};
  const Tensor fill = preprocess_image(of_pixel, {1, 1, {rgb.begin(), rgb.end()}});
  return {fill.values().begin(), fill.values().end()};
}

}  // namespace zf
