#include "core/backend/cpu/activation_kernel.h"

#include <algorithm>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/activation_kernel.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

HWY_INLINE V constant(float value) { return hn::Set(D(), value); }
HWY_INLINE V clip(V x, V low, V high) { return hn::IfThenElse(hn::Lt(x, low), low, hn::IfThenElse(hn::Gt(x, high), high, x)); }

/// 1 / (1 + exp(-x)). Exp is right below 88, above which float ends.
HWY_INLINE V sigmoid(V x) {
  const V one = constant(1);
  return hn::Div(one, hn::Add(one, hn::Exp(D(), hn::Min(hn::Neg(x), constant(87)))));
}
HWY_INLINE V hard_sigmoid(V x) { return clip(hn::MulAdd(x, constant(1.0F / 6), constant(0.5F)), constant(0), constant(1)); }

/// A rational approximation, x * P(x^2) / Q(x^2), right to a float's last digits on [-4, 4], where erf reaches 1; Eigen's coefficients.
HWY_INLINE V erf(V x) {
  x = clip(x, constant(-4), constant(4));
  const V x2 = hn::Mul(x, x);
  V p = constant(-2.72614225801306e-10F);
  p = hn::MulAdd(p, x2, constant(2.77068142495902e-08F));
  p = hn::MulAdd(p, x2, constant(-2.10102402082508e-06F));
  p = hn::MulAdd(p, x2, constant(-5.69250639462346e-05F));
  p = hn::MulAdd(p, x2, constant(-7.34990630326855e-04F));
  p = hn::MulAdd(p, x2, constant(-2.95459980854025e-03F));
  p = hn::MulAdd(p, x2, constant(-1.60960333262415e-02F));
  V q = constant(-1.45660718464996e-05F);
  q = hn::MulAdd(q, x2, constant(-2.13374055278905e-04F));
  q = hn::MulAdd(q, x2, constant(-1.68282697438203e-03F));
  q = hn::MulAdd(q, x2, constant(-7.37332916720468e-03F));
  q = hn::MulAdd(q, x2, constant(-1.42647390514189e-02F));
  return hn::Div(hn::Mul(x, p), q);
}
/// The normal distribution's function.
HWY_INLINE V normal_below(V x) { return hn::MulAdd(erf(hn::Mul(x, constant(0.70710678F))), constant(0.5F), constant(0.5F)); }

// The functions and their derivatives.

struct Clip {
  float low, high;
  HWY_INLINE V value(V x) const { return clip(x, constant(low), constant(high)); }
  HWY_INLINE V rectified(V g) const { return hn::IfThenElse(hn::Lt(g, hn::Zero(D())), hn::Zero(D()), g); }
  HWY_INLINE V derivative(V x) const {
    return hn::IfThenElseZero(hn::And(hn::Gt(x, constant(low)), hn::Lt(x, constant(high))), constant(1));
  }
};

struct LeakyRelu {
  float slope;
  HWY_INLINE V value(V x) const { return hn::IfThenElse(hn::Gt(x, hn::Zero(D())), x, hn::Mul(x, constant(slope))); }
  HWY_INLINE V rectified(V g) const { return value(g); }
  HWY_INLINE V derivative(V x) const { return hn::IfThenElse(hn::Gt(x, hn::Zero(D())), constant(1), constant(slope)); }
};

/// Those that no rule rectifies.
struct Smooth {
  HWY_INLINE V rectified(V g) const { return g; }
};

struct Sigmoid : Smooth {
  HWY_INLINE V value(V x) const { return sigmoid(x); }
  HWY_INLINE V derivative(V x) const {
    const V s = sigmoid(x);
    return hn::NegMulAdd(s, s, s);
  }
};

struct HardSigmoid : Smooth {
  HWY_INLINE V value(V x) const { return hard_sigmoid(x); }
  HWY_INLINE V derivative(V x) const { return hn::IfThenElseZero(hn::Lt(hn::Abs(x), constant(3)), constant(1.0F / 6)); }
};

struct Tanh : Smooth {
  HWY_INLINE V value(V x) const { return hn::Tanh(D(), x); }
  HWY_INLINE V derivative(V x) const {
    const V t = value(x);
    return hn::NegMulAdd(t, t, constant(1));
  }
};

struct Silu : Smooth {
  HWY_INLINE V value(V x) const { return hn::Mul(x, sigmoid(x)); }
  HWY_INLINE V derivative(V x) const {
    const V s = sigmoid(x);
    return hn::MulAdd(hn::Mul(x, s), hn::Sub(constant(1), s), s);
  }
};

struct HardSwish : Smooth {
  HWY_INLINE V value(V x) const { return hn::Mul(x, hard_sigmoid(x)); }
  HWY_INLINE V derivative(V x) const {
    const V between = hn::MulAdd(x, constant(1.0F / 3), constant(0.5F));
    return hn::IfThenElse(hn::Ge(x, constant(3)), constant(1), hn::IfThenElseZero(hn::Gt(x, constant(-3)), between));
  }
};

struct Gelu : Smooth {
  HWY_INLINE V value(V x) const { return hn::Mul(x, normal_below(x)); }
  HWY_INLINE V derivative(V x) const {
    // Beyond 9 the density is 0 in a float's terms.
    const V near = clip(x, constant(-9), constant(9));
    const V density = hn::Mul(hn::Exp(D(), hn::Mul(hn::Mul(near, near), constant(-0.5F))), constant(0.39894228F));
    return hn::MulAdd(near, density, normal_below(x));
  }
};

/// Calls body(the function).
template <typename Body>
HWY_INLINE void with_function(const Activation& f, float slope, const Body& body) {
  switch (f.kind) {
    case Activation::Kind::kClip:
      return body(Clip{f.low, f.high});
    case Activation::Kind::kLeakyRelu:
      return body(LeakyRelu{slope});
    case Activation::Kind::kSigmoid:
      return body(Sigmoid{});
    case Activation::Kind::kHardSigmoid:
      return body(HardSigmoid{});
    case Activation::Kind::kTanh:
      return body(Tanh{});
    case Activation::Kind::kSilu:
      return body(Silu{});
    case Activation::Kind::kHardSwish:
      return body(HardSwish{});
    case Activation::Kind::kGelu:
      return body(Gelu{});
  }
}

/// to[i] = body(x[i], to[i]), vector by vector; what is left over goes through one more.
template <typename Body>
HWY_INLINE void for_vectors(const float* x, std::size_t count, float* to, const Body& body) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(body(hn::LoadU(d, x + i), hn::LoadU(d, to + i)), d, to + i);
  if (i == count) return;
  HWY_ALIGN float from_x[hn::MaxLanes(D())] = {};
  HWY_ALIGN float from_to[hn::MaxLanes(D())] = {};
  std::copy(x + i, x + count, from_x);
  std::copy(to + i, to + count, from_to);
  hn::Store(body(hn::Load(d, from_x), hn::Load(d, from_to)), d, from_to);
  std::copy_n(from_to, count - i, to + i);
}

template <typename F>
HWY_NOINLINE void forward_of(const F& f, const float* x, std::size_t count, float* y) {
  for_vectors(x, count, y, [&](V v, V) HWY_ATTR { return f.value(v); });
}

template <typename F>
HWY_NOINLINE void backward_of(const F& f, Backward backward, const float* x, std::size_t count, float* g) {
  switch (backward) {
    case Backward::kDerivative:
      return for_vectors(x, count, g, [&](V v, V signal) HWY_ATTR { return hn::Mul(signal, f.derivative(v)); });
    case Backward::kRectified:
      return for_vectors(g, count, g, [&](V, V signal) HWY_ATTR { return f.rectified(signal); });
    case Backward::kBoth:
      return for_vectors(x, count, g, [&](V v, V signal) HWY_ATTR { return hn::Mul(f.rectified(signal), f.derivative(v)); });
  }
}

void forward(const Activation& f, float slope, const float* x, std::size_t count, float* y) {
  with_function(f, slope, [&](const auto& function) HWY_ATTR { forward_of(function, x, count, y); });
}

void backward(const Activation& f, float slope, Backward how, const float* x, std::size_t count, float* g) {
  with_function(f, slope, [&](const auto& function) HWY_ATTR { backward_of(function, how, x, count, g); });
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(forward);
HWY_EXPORT(backward);

void apply(const Activation& f, float slope, const float* x, std::size_t count, float* y) {
  HWY_DYNAMIC_DISPATCH(forward)(f, slope, x, count, y);
}

void apply_backward(const Activation& f, float slope, Backward how, const float* x, std::size_t count, float* g) {
  HWY_DYNAMIC_DISPATCH(backward)(f, slope, how, x, count, g);
}

}  // namespace zf::cpu
#endif
