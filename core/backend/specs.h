#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/tensor/shape.h"

namespace zf {

/// A convolution of `maps` filters of kernel_h x kernel_w taps, `dilation` elements apart; a fully connected layer is one whose kernel
/// covers the map.
struct ConvSpec {
  int maps = 0;
  int kernel_h = 1;
  int kernel_w = 1;
  int stride = 1;
  int pad = 0;
  int groups = 1;
  int dilation = 1;

  /// From the first element that a kernel reads to its last.
  [[nodiscard]] constexpr Size extent() const { return {(kernel_h - 1) * dilation + 1, (kernel_w - 1) * dilation + 1}; }
  /// Whether a kernel's taps are a map's elements, each of them.
  [[nodiscard]] constexpr bool covers(Size map) const { return map == extent() && map == Size{kernel_h, kernel_w}; }
  friend bool operator==(const ConvSpec&, const ConvSpec&) = default;
};

/// Max pooling; the padding counts as minus infinity. `ceil` rounds the output size up, as Caffe does.
struct PoolSpec {
  int kernel = 2;
  int stride = 2;
  int pad = 0;
  bool ceil = false;
  friend bool operator==(const PoolSpec&, const PoolSpec&) = default;
};

/// Average pooling, as PyTorch's AvgPool2d: a mean is the window's sum over its elements in the map and, with `count_pad`, in the padding;
/// what hangs over the padded map because of `ceil` never counts. A kernel that covers the map pools globally.
struct AveragePoolSpec {
  Size kernel{1, 1};
  int stride = 1;
  int pad = 0;
  bool ceil = false;
  bool count_pad = true;
  friend bool operator==(const AveragePoolSpec&, const AveragePoolSpec&) = default;
};

/// An elementwise function f(x).
struct Activation {
  enum class Kind : std::uint8_t {
    kClip,         ///< min(max(x, low), high); high may be infinite
    kLeakyRelu,    ///< x where it is positive, else slope * x; PReLU has a slope a map
    kSigmoid,      ///< 1 / (1 + exp(-x))
    kHardSigmoid,  ///< x/6 + 1/2, clipped to [0, 1]
    kTanh,
    kSilu,       ///< x * sigmoid(x)
    kHardSwish,  ///< x * hard_sigmoid(x)
    kGelu,       ///< x * (1 + erf(x / sqrt(2))) / 2
  };
  Kind kind = Kind::kClip;
  float low = 0;
  float high = 0;
  float slope = 0;

  /// Whether it lets values through or holds them back, as a ReLU does, so that a Rule applies; else it is smooth and has a derivative.
  [[nodiscard]] constexpr bool rectifies() const { return kind == Kind::kClip || kind == Kind::kLeakyRelu; }
  friend bool operator==(const Activation&, const Activation&) = default;
};

/// What becomes of a layer's sums: they stay or, where it is `on`, become min(max(x, 0), ceiling).
struct Rectifier {
  /// `true` is a ReLU.
  constexpr Rectifier(bool relu = false, float cut_at = std::numeric_limits<float>::infinity()) : on(relu), ceiling(cut_at) {}

  bool on;
  float ceiling;
};

/// Normalisation: y = x / (k + alpha/n * sum x^2)^beta over the n = `size` (odd) neighbouring maps, or, `within` each map, over the
/// n = size x size places around. Beyond the maps and their edges everything is 0.
struct LrnSpec {
  int size = 5;
  float alpha = 1e-4F;
  float beta = 0.75F;
  float k = 2.0F;
  bool within = false;
  friend bool operator==(const LrnSpec&, const LrnSpec&) = default;
};

/// What a backward signal g does at a ReLU with forward input x.
enum class Rule : std::uint8_t {
  kDeconvnet,  ///< max(g, 0): the paper's
  kGradient,   ///< g [x > 0]: Simonyan et al.
  kGuided,     ///< max(g, 0) [x > 0]: Springenberg et al.
};

/// Where a batch item lies: its top-left corner is (y, x) on the full map, and it belongs to item `image` of the
/// forward trace. Corners may be negative and windows may hang over the map where an operation says so.
struct Window {
  int image = 0;
  int y = 0;
  int x = 0;
  friend bool operator==(const Window&, const Window&) = default;
};

/// One window an item. Empty: item k is the whole map of image k.
using Windows = std::span<const Window>;

/// A square that covers part of an image: `fill` (one value a channel) where it is opaque, mixed with what lies under it along a soft
/// edge: a pixel whose distance from the nearest side is d (0 at the side) is covered by (d + 1/2) / soft_edge, at most wholly.
struct Square {
  int side = 0;       ///< pixels
  int soft_edge = 0;  ///< pixels; 0 is a sharp edge
  std::vector<float> fill;
};

/// An element of a tensor and the value that it gets.
struct Point {
  int item = 0;
  int map = 0;
  int y = 0;
  int x = 0;
  float value = 0;
};

/// How `changed` lies over windows of maps.
struct Overlay {
  enum class Kind : std::uint8_t {
    kReplace,     ///< the change in the map's place
    kDifference,  ///< change - map, 0 where there is no change
    kSum,         ///< map + change
  };
  Kind kind = Kind::kReplace;
  float outside = 0;  ///< the value where a window hangs over the map
  bool relu = false;  ///< then max(0, y)
};

/// One step of SGD: velocity = momentum * velocity + gradient + decay * weight; weight -= rate * velocity.
struct SgdSpec {
  float rate = 0.01F;
  float momentum = 0.9F;
  float decay = 0.0F;
};

}  // namespace zf
