// What acts on single maps or across maps: rectification, pooling, normalisation, softmax, and their backward forms.
#include <algorithm>
#include <cmath>

#include "core/backend/reference.h"

namespace zf::reference {

namespace {

struct Range {
  int begin;
  int end;
};

/// The maps whose squares normalise map c; the rows, or columns, around row c.
Range neighbours(int c, int size, int maps) { return {std::max(c - size / 2, 0), std::min(c + size / 2 + 1, maps)}; }

/// k + alpha/size * sum of squares around map c.
double lrn_scale(const View<float>& x, const LrnSpec& spec, int n, int c, int y, int xx) {
  const auto [begin, end] = neighbours(c, spec.size, x.shape.c);
  double sum = 0;
  for (int j = begin; j < end; ++j) sum += static_cast<double>(x(n, j, y, xx)) * static_cast<double>(x(n, j, y, xx));
  return static_cast<double>(spec.k) + static_cast<double>(spec.alpha) / spec.size * sum;
}

/// k + alpha/size^2 * sum of squares around a place of map c.
double lrn_scale_within(const View<float>& x, const LrnSpec& spec, int n, int c, int y, int xx) {
  const Range rows = neighbours(y, spec.size, x.shape.h);
  const Range columns = neighbours(xx, spec.size, x.shape.w);
  double sum = 0;
  for (int iy = rows.begin; iy < rows.end; ++iy) {
    for (int ix = columns.begin; ix < columns.end; ++ix) sum += static_cast<double>(x(n, c, iy, ix)) * static_cast<double>(x(n, c, iy, ix));
  }
  return static_cast<double>(spec.k) + static_cast<double>(spec.alpha) / (static_cast<double>(spec.size) * spec.size) * sum;
}

/// The pools, along one axis, whose window covers place `at`; none where that is outside the plane.
Range pools_over(int at, int plane, const PoolSpec& spec, int pools) {
  if (at < 0 || at >= plane) return {0, 0};
  const int first = std::max(at + spec.pad - spec.kernel + spec.stride, 0) / spec.stride;
  return {first, std::min((at + spec.pad) / spec.stride + 1, pools)};
}

}  // namespace

void ReferenceBackend::do_relu(const DeviceTensor& x, DeviceTensor& y) {
  const View in(x);
  const View out(y);
  for_each(in.shape, [&](int n, int c, int yy, int xx) { out(n, c, yy, xx) = in(n, c, yy, xx) > 0 ? in(n, c, yy, xx) : 0; });
}

void ReferenceBackend::do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  const View in(x);
  const View out(y);
  const View taken(switches);
  for_each(out.shape, [&](int n, int c, int oy, int ox) {
    int best = -1;
    float value = 0;
    for (int iy = oy * spec.stride - spec.pad; iy < oy * spec.stride - spec.pad + spec.kernel; ++iy) {
      for (int ix = ox * spec.stride - spec.pad; ix < ox * spec.stride - spec.pad + spec.kernel; ++ix) {
        if (!in.inside(iy, ix) || (best >= 0 && !(in(n, c, iy, ix) > value))) continue;
        best = iy * in.shape.w + ix;
        value = in(n, c, iy, ix);
      }
    }
    out(n, c, oy, ox) = value;
    taken(n, c, oy, ox) = static_cast<std::uint32_t>(best);
  });
}

void ReferenceBackend::do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  const View in(x);
  const View out(y);
  for_each(in.shape, [&](int n, int c, int yy, int xx) {
    const double scale = lrn_scale(in, spec, n, c, yy, xx);
    out(n, c, yy, xx) = static_cast<float>(static_cast<double>(in(n, c, yy, xx)) * std::pow(scale, -static_cast<double>(spec.beta)));
  });
}

void ReferenceBackend::do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  const View full(x);
  const View in(g);
  const View out(gx);
  const double beta = static_cast<double>(spec.beta);
  for_each(in.shape, [&](int n, int c, int yy, int xx) {
    const Window at = window_of(g_at, n);
    const int fy = at.y + yy;
    const int fx = at.x + xx;
    out(n, c, yy, xx) = 0;
    if (!full.inside(fy, fx)) return;
    double through = 0;  // map c in the scales of its neighbours
    const auto [begin, end] = neighbours(c, spec.size, in.shape.c);
    for (int i = begin; i < end; ++i) {
      const double scale = lrn_scale(full, spec, at.image, i, fy, fx);
      through += static_cast<double>(in(n, i, yy, xx)) * static_cast<double>(full(at.image, i, fy, fx)) * std::pow(scale, -beta - 1);
    }
    const double own = static_cast<double>(in(n, c, yy, xx)) * std::pow(lrn_scale(full, spec, at.image, c, fy, fx), -beta);
    const double factor = 2 * static_cast<double>(spec.alpha) * beta / spec.size;
    out(n, c, yy, xx) = static_cast<float>(own - factor * static_cast<double>(full(at.image, c, fy, fx)) * through);
  });
}

void ReferenceBackend::do_lrn_within(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  const View in(x);
  const View out(y);
  for_each(in.shape, [&](int n, int c, int yy, int xx) {
    const double scale = lrn_scale_within(in, spec, n, c, yy, xx);
    out(n, c, yy, xx) = static_cast<float>(static_cast<double>(in(n, c, yy, xx)) * std::pow(scale, -static_cast<double>(spec.beta)));
  });
}

void ReferenceBackend::do_lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at,
                                              Windows out_at, DeviceTensor& gx) {
  const View full(x);
  const View in(g);
  const View out(gx);
  const double beta = static_cast<double>(spec.beta);
  const double factor = 2 * static_cast<double>(spec.alpha) * beta / (static_cast<double>(spec.size) * spec.size);
  for_each(out.shape, [&](int n, int c, int oy, int ox) {
    const Window from = window_of(g_at, n);
    const Window to = window_of(out_at, n);
    const int fy = to.y + oy;
    const int fx = to.x + ox;
    out(n, c, oy, ox) = 0;
    if (!full.inside(fy, fx)) return;
    const auto signal = [&](int y, int column) {
      return in.inside(y - from.y, column - from.x) ? static_cast<double>(in(n, c, y - from.y, column - from.x)) : 0;
    };
    double through = 0;  // this place in the scales of those around it
    const Range rows = neighbours(fy, spec.size, full.shape.h);
    const Range columns = neighbours(fx, spec.size, full.shape.w);
    for (int y = rows.begin; y < rows.end; ++y) {
      for (int column = columns.begin; column < columns.end; ++column) {
        const double scale = lrn_scale_within(full, spec, from.image, c, y, column);
        through += signal(y, column) * static_cast<double>(full(from.image, c, y, column)) * std::pow(scale, -beta - 1);
      }
    }
    const double own = signal(fy, fx) * std::pow(lrn_scale_within(full, spec, from.image, c, fy, fx), -beta);
    out(n, c, oy, ox) = static_cast<float>(own - factor * static_cast<double>(full(from.image, c, fy, fx)) * through);
  });
}

void ReferenceBackend::do_softmax(const DeviceTensor& x, DeviceTensor& y) {
  const View in(x);
  const View out(y);
  for_each({in.shape.n, 1, in.shape.h, in.shape.w}, [&](int n, int, int yy, int xx) {
    float top = in(n, 0, yy, xx);
    for (int c = 1; c < in.shape.c; ++c) top = std::max(top, in(n, c, yy, xx));
    const auto power = [&](int c) { return std::exp(static_cast<double>(in(n, c, yy, xx)) - static_cast<double>(top)); };
    double sum = 0;
    for (int c = 0; c < in.shape.c; ++c) sum += power(c);
    for (int c = 0; c < in.shape.c; ++c) out(n, c, yy, xx) = static_cast<float>(power(c) / sum);
  });
}

void ReferenceBackend::do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane,
                                 Windows out_at, DeviceTensor& gx) {
  const View in(g);
  const View taken(switches);
  const View out(gx);
  for_each(out.shape, [&](int n, int c, int y, int x) {
    const Window from = window_of(g_at, n);
    const Window to = window_of(out_at, n);
    const int fy = to.y + y;
    const int fx = to.x + x;
    double sum = 0;
    const Range rows = pools_over(fy, plane.h, spec, taken.shape.h);
    const Range columns = pools_over(fx, plane.w, spec, taken.shape.w);
    for (int oy = rows.begin; oy < rows.end; ++oy) {
      for (int ox = columns.begin; ox < columns.end; ++ox) {
        const bool here = taken(from.image, c, oy, ox) == static_cast<std::uint32_t>(fy * plane.w + fx);
        if (here && in.inside(oy - from.y, ox - from.x)) sum += static_cast<double>(in(n, c, oy - from.y, ox - from.x));
      }
    }
    out(n, c, y, x) = static_cast<float>(sum);
  });
}

void ReferenceBackend::do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) {
  const View signal(g);
  for_each(signal.shape, [&](int n, int c, int yy, int xx) {
    float& value = signal(n, c, yy, xx);
    if (rule != Rule::kGradient && !(value > 0)) value = 0;
    if (rule == Rule::kDeconvnet) return;
    const View forward(y);
    const Window at = window_of(g_at, n);
    const bool on = forward.inside(at.y + yy, at.x + xx) && forward(at.image, c, at.y + yy, at.x + xx) > 0;
    if (!on) value = 0;
  });
}

}  // namespace zf::reference
