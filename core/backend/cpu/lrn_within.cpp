// Normalisation within maps and its derivative: sums over squares first along columns into a row, then along the row.
#include <algorithm>
#include <cmath>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/gemm_vector.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

/// sums[place] = sum of x over the size x size places around, as far as they lie in the plane. `row` takes plane.w floats.
void sums_around(const float* x, Size plane, int size, float* row, float* sums) {
  const int radius = size / 2;
  for (int y = 0; y < plane.h; ++y) {
    std::fill_n(row, plane.w, 0.0F);
    for (int iy = std::max(y - radius, 0); iy < std::min(y + radius + 1, plane.h); ++iy) {
      add_scaled(plane.w, 1.0F, x + static_cast<std::ptrdiff_t>(iy) * plane.w, row);
    }
    float* out = sums + static_cast<std::ptrdiff_t>(y) * plane.w;
    std::fill_n(out, plane.w, 0.0F);
    for (int shift = -std::min(radius, plane.w - 1); shift <= std::min(radius, plane.w - 1); ++shift) {
      const int first = std::max(-shift, 0);
      add_scaled(plane.w - std::abs(shift), 1.0F, row + first + shift, out + first);
    }
  }
}

/// One plane with its scales, k + alpha times the mean of squares around each place. Of the scratch memory they are the first plane; two
/// more and a row are for sums.
class Plane {
 public:
  Plane(const float* x, Size size, const LrnSpec& spec, float* scratch)
      : x_(x), size_(size), spec_(spec), places_(static_cast<std::size_t>(size.h) * static_cast<std::size_t>(size.w)), scratch_(scratch) {
    float* squares = scratch_ + places_;
    for (std::size_t i = 0; i < places_; ++i) squares[i] = x[i] * x[i];
    sums_around(squares, size_, spec_.size, row(), scratch_);
    const float alpha = spec_.alpha / static_cast<float>(spec_.size * spec_.size);
    for (std::size_t i = 0; i < places_; ++i) scratch_[i] = spec_.k + alpha * scratch_[i];
  }

  [[nodiscard]] static std::size_t scratch(Size size) {
    return 3 * static_cast<std::size_t>(size.h) * static_cast<std::size_t>(size.w) + static_cast<std::size_t>(size.w);
  }

  void normalise(float* y) const {
    for (std::size_t i = 0; i < places_; ++i) y[i] = x_[i] * std::pow(scratch_[i], -spec_.beta);
  }

  /// g (in.h, in.w) at `from` -> gx (out.h, out.w) at `to`.
  void differentiate(const float* g, Size in, Window from, Size out, Window to, float* gx) const {
    float* signal = scratch_ + places_;
    std::fill_n(signal, places_, 0.0F);
    const Span rows = overlap(from.y, in.h, size_.h);
    const Span columns = overlap(from.x, in.w, size_.w);
    for (int y = rows.begin; y < rows.end; ++y) {
      for (int x = columns.begin; x < columns.end; ++x) {
        const std::size_t i = at(from.y + y, from.x + x);
        signal[i] = g[static_cast<std::ptrdiff_t>(y) * in.w + x] * std::pow(scratch_[i], -spec_.beta);
      }
    }
    float* through = signal + places_;
    float* sums = scratch_;  // the scales are needed no more once they are in the signal
    for (std::size_t i = 0; i < places_; ++i) through[i] = signal[i] * x_[i] / scratch_[i];
    sums_around(through, size_, spec_.size, row(), sums);
    const float factor = 2 * spec_.alpha * spec_.beta / static_cast<float>(spec_.size * spec_.size);
    std::fill_n(gx, static_cast<std::size_t>(out.h) * static_cast<std::size_t>(out.w), 0.0F);
    const Span out_rows = overlap(to.y, out.h, size_.h);
    const Span out_columns = overlap(to.x, out.w, size_.w);
    for (int y = out_rows.begin; y < out_rows.end; ++y) {
      for (int x = out_columns.begin; x < out_columns.end; ++x) {
        const std::size_t i = at(to.y + y, to.x + x);
        gx[static_cast<std::ptrdiff_t>(y) * out.w + x] = signal[i] - factor * x_[i] * sums[i];
      }
    }
  }

 private:
  [[nodiscard]] std::size_t at(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.w) + static_cast<std::size_t>(x);
  }
  [[nodiscard]] float* row() const { return scratch_ + 3 * places_; }

  const float* x_;
  Size size_;
  const LrnSpec& spec_;
  std::size_t places_;
  float* scratch_;
};

}  // namespace

void CpuBackend::do_lrn_within(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  const Shape& in = x.shape();
  for_planes(context_, in, [&](std::size_t plane, int thread) {
    float* scratch = context_.local[static_cast<std::size_t>(thread)].floats(Plane::scratch(in.map()));
    Plane(data(x) + plane * in.plane(), in.map(), spec, scratch).normalise(data(y) + plane * in.plane());
  });
}

void CpuBackend::do_lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, Windows out_at,
                                        DeviceTensor& gx) {
  const Shape& full = x.shape();
  const Shape& in = g.shape();
  const Shape& out = gx.shape();
  for_planes(context_, in, [&](std::size_t plane, int thread) {
    const int item = static_cast<int>(plane / static_cast<std::size_t>(in.c));
    const Window from = window_of(g_at, item);
    const std::size_t source =
        static_cast<std::size_t>(from.image) * static_cast<std::size_t>(in.c) + plane % static_cast<std::size_t>(in.c);
    float* scratch = context_.local[static_cast<std::size_t>(thread)].floats(Plane::scratch(full.map()));
    Plane(data(x) + source * full.plane(), full.map(), spec, scratch)
        .differentiate(data(g) + plane * in.plane(), in.map(), from, out.map(), window_of(out_at, item), data(gx) + plane * out.plane());
  });
}

}  // namespace zf::cpu
