#pragma once

#include <cstddef>
#include <string>

namespace zf {

/// Height and width of a map, in elements.
struct Size {
  int h = 0;
  int w = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

/// Items, maps (channels), height and width of a contiguous NCHW tensor.
struct Shape {
  int n = 0;
  int c = 0;
  int h = 0;
  int w = 0;

  [[nodiscard]] std::size_t plane() const { return static_cast<std::size_t>(h) * static_cast<std::size_t>(w); }
  [[nodiscard]] std::size_t item() const { return static_cast<std::size_t>(c) * plane(); }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(n) * item(); }
  [[nodiscard]] Size map() const { return {h, w}; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

/// "1x96x110x110"
[[nodiscard]] std::string to_string(const Shape& shape);

/// Outputs along one axis of a window of `kernel` elements that moves by `stride` over `in` elements
/// with `pad` more on either side. Rounds down; with `ceil` rounds up, as Caffe's pooling does, but never
/// starts a window beyond the input and its leading padding. Zero or less where the window does not fit.
[[nodiscard]] int output_size(int in, int kernel, int stride, int pad, bool ceil = false);

}  // namespace zf
