#pragma once

#include <cmath>

#include "native/cuda/kernel.h"

/// Elementwise functions and their derivatives, a thread an element.
namespace zf::cuda {

/// Activation of specs.h.
struct Function {
  enum class Kind : std::uint8_t { kClip, kLeakyRelu, kSigmoid, kHardSigmoid, kTanh, kSilu, kHardSwish, kGelu };
  Kind kind;
  float low;
  float high;
  float slope;
  const float* slopes;  ///< one a map; null: `slope`

  [[nodiscard]] ZF_BOTH float slope_of(int map) const { return slopes != nullptr ? slopes[map] : slope; }

  [[nodiscard]] ZF_BOTH static float sigmoid(float x) { return 1 / (1 + expf(-x)); }
  [[nodiscard]] ZF_BOTH static float hard_sigmoid(float x) { return fminf(fmaxf(x / 6 + 0.5F, 0.0F), 1.0F); }
  /// The normal distribution's function and density.
  [[nodiscard]] ZF_BOTH static float normal_below(float x) { return 0.5F * (1 + erff(0.707106781F * x)); }
  [[nodiscard]] ZF_BOTH static float normal_at(float x) { return 0.398942280F * expf(-0.5F * x * x); }

  [[nodiscard]] ZF_BOTH float value(float own_slope, float x) const {
    switch (kind) {
      case Kind::kClip:
        return x < low ? low : x > high ? high : x;
      case Kind::kLeakyRelu:
        return x > 0 ? x : own_slope * x;
      case Kind::kSigmoid:
        return sigmoid(x);
      case Kind::kHardSigmoid:
        return hard_sigmoid(x);
      case Kind::kTanh:
        return tanhf(x);
      case Kind::kSilu:
        return x * sigmoid(x);
      case Kind::kHardSwish:
        return x * hard_sigmoid(x);
      case Kind::kGelu:
        return x * normal_below(x);
    }
    return 0;
  }

  [[nodiscard]] ZF_BOTH float derivative(float own_slope, float x) const {
    switch (kind) {
      case Kind::kClip:
        return x > low && x < high ? 1.0F : 0.0F;
      case Kind::kLeakyRelu:
        return x > 0 ? 1.0F : own_slope;
      case Kind::kSigmoid:
        return sigmoid(x) * sigmoid(-x);
      case Kind::kHardSigmoid:
        return x > -3 && x < 3 ? 1.0F / 6 : 0.0F;
      case Kind::kTanh:
        return 1 - tanhf(x) * tanhf(x);
      case Kind::kSilu:
        return sigmoid(x) * (1 + x * sigmoid(-x));
      case Kind::kHardSwish:
        return x >= 3 ? 1.0F : x <= -3 ? 0.0F : x / 3 + 0.5F;
      case Kind::kGelu:
        return normal_below(x) + x * normal_at(x);
    }
    return 0;
  }

  /// What a rule that rectifies makes of a signal.
  [[nodiscard]] ZF_BOTH float rectified(float own_slope, float g) const {
    if (kind == Kind::kClip) return g > 0 ? g : 0.0F;
    return value(own_slope, g);
  }
};

struct Activate {
  const float* x;
  Function f;
  float* y;
  Maps maps;

  ZF_BOTH void operator()(std::size_t i) const {
    const int map = f.slopes != nullptr ? index_of(i, maps).c : 0;
    y[i] = f.value(f.slope_of(map), x[i]);
  }
};

/// A thread an element of g, in place.
struct ActivationBackward {
  bool rectify;
  const float* x;  ///< f's input, at which g is multiplied by the derivative; null: it is not
  Maps full;
  const Place* g_at;
  Function f;
  float* g;
  Maps maps;

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, maps);
    const float slope = f.slope_of(at.c);
    float value = rectify ? f.rectified(slope, g[i]) : g[i];
    if (x != nullptr) {
      const Place from = place_of(g_at, at.n);
      const bool inside = full.inside(from.y + at.y, from.x + at.x);
      value = inside ? value * f.derivative(slope, x[full.at(from.image, at.c, from.y + at.y, from.x + at.x)]) : 0.0F;
    }
    g[i] = value;
  }
};

}  // namespace zf::cuda
