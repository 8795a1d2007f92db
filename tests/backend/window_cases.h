#pragma once

#include <vector>

#include "tests/backend/compare.h"

namespace zf::testing {

// Items of two images: inside, at each border, hanging over each corner, wholly outside.
inline const std::vector<Window> kWindows = {{0, 5, 4},   {1, 0, 0},  {0, -3, -2}, {1, 12, 11}, {0, 16, -4},
                                             {1, -5, 13}, {1, 40, 3}, {0, 2, -30}, {0, 7, 7},   {1, 8, 1}};
inline constexpr Size kWindow{7, 9};

/// 1 where the map is, 0 where windows hang over it.
[[nodiscard]] inline Tensor inside_mask(const Shape& full, Windows at, Size size) { return crop(Tensor(full, 1.0F), at, size); }

/// Elementwise.
[[nodiscard]] inline Tensor times(Tensor a, const Tensor& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a.values()[i] *= b.values()[i];
  return a;
}

/// Whole maps, one an item, whose item k is 0 outside windows[k] and there what `items` holds.
[[nodiscard]] inline Tensor spread(const Tensor& items, Windows at, Size map) {
  Tensor full({items.shape().n, items.shape().c, map.h, map.w});
  for (int n = 0; n < full.shape().n; ++n) {
    const Window& window = at[static_cast<std::size_t>(n)];
    for (int c = 0; c < full.shape().c; ++c) {
      for (int y = 0; y < map.h; ++y) {
        for (int x = 0; x < map.w; ++x) {
          const int wy = y - window.y;
          const int wx = x - window.x;
          const bool held = wy >= 0 && wy < items.shape().h && wx >= 0 && wx < items.shape().w;
          if (held) full.at(n, c, y, x) = items.at(n, c, wy, wx);
        }
      }
    }
  }
  return full;
}

/// The windows with item k's image numbered k.
[[nodiscard]] inline std::vector<Window> own_images(Windows at) {
  std::vector<Window> own(at.begin(), at.end());
  for (std::size_t i = 0; i < own.size(); ++i) own[i].image = static_cast<int>(i);
  return own;
}

}  // namespace zf::testing
