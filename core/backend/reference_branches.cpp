// Sums, products and copies of branches, activations, average pooling, and the backward forms of both.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/backend/reference.h"
#include "core/tensor/error.h"

namespace zf::reference {

namespace {

using Kind = Activation::Kind;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double hard_sigmoid(double x) { return std::clamp(x / 6 + 0.5, 0.0, 1.0); }
/// The normal distribution's function and density.
double normal_below(double x) { return (1 + std::erf(x / std::numbers::sqrt2)) / 2; }
double normal_at(double x) { return std::exp(-x * x / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2; }

double value_of(const Activation& f, double slope, double x) {
  switch (f.kind) {
    case Kind::kClip:
      return std::min(std::max(x, static_cast<double>(f.low)), static_cast<double>(f.high));
    case Kind::kLeakyRelu:
      return x > 0 ? x : slope * x;
    case Kind::kSigmoid:
      return sigmoid(x);
    case Kind::kHardSigmoid:
      return hard_sigmoid(x);
    case Kind::kTanh:
      return std::tanh(x);
    case Kind::kSilu:
      return x * sigmoid(x);
    case Kind::kHardSwish:
      return x * hard_sigmoid(x);
    case Kind::kGelu:
      return x * normal_below(x);
  }
  fail("[activate] expected a function, found {}", static_cast<int>(f.kind));
}

double derivative_of(const Activation& f, double slope, double x) {
  const double share = sigmoid(x);
  switch (f.kind) {
    case Kind::kClip:
      return x > static_cast<double>(f.low) && x < static_cast<double>(f.high) ? 1 : 0;
    case Kind::kLeakyRelu:
      return x > 0 ? 1 : slope;
    case Kind::kSigmoid:
      return share * (1 - share);
    case Kind::kHardSigmoid:
      return x > -3 && x < 3 ? 1.0 / 6 : 0;
    case Kind::kTanh:
      return 1 - std::tanh(x) * std::tanh(x);
    case Kind::kSilu:
      return share + x * share * (1 - share);
    case Kind::kHardSwish:
      return x >= 3 ? 1 : x <= -3 ? 0 : x / 3 + 0.5;
    case Kind::kGelu:
      return normal_below(x) + x * normal_at(x);
  }
  fail("[activation_backward] expected a function, found {}", static_cast<int>(f.kind));
}

/// What a rule that rectifies makes of a signal.
double rectified(const Activation& f, double slope, double g) { return f.kind == Kind::kClip ? std::max(g, 0.0) : value_of(f, slope, g); }

double slope_of(const Activation& f, const DeviceTensor* slopes, int c) {
  return static_cast<double>(slopes != nullptr ? View(*slopes)(0, c, 0, 0) : f.slope);
}

/// A pooling window along one axis: where it begins and ends in the padded map, then in the map.
struct Mean {
  int begin;
  int end;
  int inner_begin;
  int inner_end;

  Mean(int output, int kernel, int plane, const AveragePoolSpec& spec)
      : begin(output * spec.stride - spec.pad),
        end(std::min(begin + kernel, plane + spec.pad)),
        inner_begin(std::max(begin, 0)),
        inner_end(std::min(end, plane)) {}

  [[nodiscard]] int counted(bool padding) const { return padding ? end - begin : inner_end - inner_begin; }
  [[nodiscard]] bool holds(int at) const { return at >= inner_begin && at < inner_end; }
};

}  // namespace

void ReferenceBackend::do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) {
  const View first(a);
  const View second(b);
  const View out(y);
  for_each(out.shape, [&](int n, int c, int row, int column) {
    const double sum = static_cast<double>(first(n, c, row, column)) + static_cast<double>(second(n, c, row, column));
    out(n, c, row, column) = static_cast<float>(relu ? std::max(sum, 0.0) : sum);
  });
}

void ReferenceBackend::do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) {
  const View in(a);
  const View factor(b);
  const View out(y);
  const bool one_a_map = a.shape() != b.shape();
  for_each(out.shape, [&](int n, int c, int row, int column) {
    out(n, c, row, column) = in(n, c, row, column) * (one_a_map ? factor(n, c, 0, 0) : factor(n, c, row, column));
  });
}

void ReferenceBackend::do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) {
  const View in(from);
  const View out(to);
  for_each({in.shape.n, count, in.shape.h, in.shape.w},
           [&](int n, int c, int row, int column) { out(n, to_first + c, row, column) = in(n, first + c, row, column); });
}

void ReferenceBackend::do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) {
  const View in(x);
  const View out(y);
  for_each(in.shape, [&](int n, int c, int row, int column) {
    out(n, c, row, column) = static_cast<float>(value_of(f, slope_of(f, slopes, c), static_cast<double>(in(n, c, row, column))));
  });
}

void ReferenceBackend::do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x,
                                              Windows g_at, DeviceTensor& g) {
  const View signal(g);
  const bool rectifies = f.rectifies() && rule != Rule::kGradient;
  for_each(signal.shape, [&](int n, int c, int row, int column) {
    const double slope = slope_of(f, slopes, c);
    double value = static_cast<double>(signal(n, c, row, column));
    if (rectifies) value = rectified(f, slope, value);
    if (!f.rectifies() || rule != Rule::kDeconvnet) {
      const View forward(x);
      const Window at = window_of(g_at, n);
      const bool inside = forward.inside(at.y + row, at.x + column);
      value = inside ? value * derivative_of(f, slope, static_cast<double>(forward(at.image, c, at.y + row, at.x + column))) : 0;
    }
    signal(n, c, row, column) = static_cast<float>(value);
  });
}

void ReferenceBackend::do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) {
  const View in(x);
  const View out(y);
  for_each(out.shape, [&](int n, int c, int oy, int ox) {
    const Mean rows(oy, spec.kernel.h, in.shape.h, spec);
    const Mean columns(ox, spec.kernel.w, in.shape.w, spec);
    double sum = 0;
    for (int iy = rows.inner_begin; iy < rows.inner_end; ++iy) {
      for (int ix = columns.inner_begin; ix < columns.inner_end; ++ix) sum += static_cast<double>(in(n, c, iy, ix));
    }
    out(n, c, oy, ox) = static_cast<float>(sum / rows.counted(spec.count_pad) / columns.counted(spec.count_pad));
  });
}

void ReferenceBackend::do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                                         DeviceTensor& gx) {
  const View in(g);
  const View out(gx);
  const Size pooled{output_size(plane.h, spec.kernel.h, spec.stride, spec.pad, spec.ceil),
                    output_size(plane.w, spec.kernel.w, spec.stride, spec.pad, spec.ceil)};
  for_each(out.shape, [&](int n, int c, int y, int x) {
    const Window from = window_of(g_at, n);
    const Window to = window_of(out_at, n);
    double sum = 0;
    for (int row = std::max(from.y, 0); row < std::min(from.y + in.shape.h, pooled.h); ++row) {
      const Mean rows(row, spec.kernel.h, plane.h, spec);
      if (!rows.holds(to.y + y)) continue;
      for (int column = std::max(from.x, 0); column < std::min(from.x + in.shape.w, pooled.w); ++column) {
        const Mean columns(column, spec.kernel.w, plane.w, spec);
        if (!columns.holds(to.x + x)) continue;
        const double counted = static_cast<double>(rows.counted(spec.count_pad)) * columns.counted(spec.count_pad);
        sum += static_cast<double>(in(n, c, row - from.y, column - from.x)) / counted;
      }
    }
    out(n, c, y, x) = static_cast<float>(sum);
  });
}

}  // namespace zf::reference
