#include "core/backend/cpu/pack_columns.h"

#include <algorithm>

#include "core/backend/cpu/correlate.h"

namespace zf::cpu {

namespace {

/// Part [x0, x1) of an output row whose tap reads input row `row` (null outside the map) at x * stride + shift.
void pack_span(const float* row, int width, int stride, int shift, int x0, int x1, float* to) {
  // Places before `from` lie left of the map, those from `until` on right of it.
  const int from = std::clamp(shift >= 0 ? 0 : (-shift + stride - 1) / stride, x0, x1);
  const int until = row == nullptr || width <= shift ? from : std::clamp((width - 1 - shift) / stride + 1, from, x1);
  for (int x = x0; x < from; ++x) *to++ = 0.0F;
  if (until > from) take_every(row + from * stride + shift, until - from, stride, to);
  for (int x = until; x < x1; ++x) to[x - from] = 0.0F;
}

}  // namespace

void pack_row(const ConvColumns& columns, int c, int ky, int kx, int first, int count, float* to) {
  const Shape& in = columns.in;
  const int plane = columns.out.h * columns.out.w;
  int n = first / plane;
  int y = first % plane / columns.out.w;
  int x = first % columns.out.w;
  while (count > 0) {
    const int span = std::min(count, columns.out.w - x);
    const int iy = y * columns.stride + ky * columns.dilation - columns.pad;
    const std::size_t at = (static_cast<std::size_t>(n) * in.c + c) * in.plane();
    const float* row = iy < 0 || iy >= in.h ? nullptr : columns.x + at + static_cast<std::size_t>(iy) * in.w;
    pack_span(row, in.w, columns.stride, kx * columns.dilation - columns.pad, x, x + span, to);
    to += span;
    count -= span;
    x = 0;
    if (++y == columns.out.h) {
      y = 0;
      ++n;
    }
  }
}

}  // namespace zf::cpu
