#include "core/backend/cpu/pack_columns.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/pack_columns.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

/// Some neighbouring elements of a vector: those that are read, and stored. What lies outside is 0, and is not touched.
#if HWY_MEM_OPS_MIGHT_FAULT
struct Some {
  int first;
  int end;
};

HWY_INLINE Some between(int first, int end) { return {std::max(first, 0), std::min(end, static_cast<int>(hn::Lanes(D())))}; }

HWY_INLINE V load(Some some, const float* from) {
  const D d;
  if (some.first == 0 && some.end == static_cast<int>(hn::Lanes(d))) return hn::LoadU(d, from);
  HWY_ALIGN float values[hn::MaxLanes(D())] = {};
  for (int i = some.first; i < some.end; ++i) values[i] = from[i];
  return hn::Load(d, values);
}

HWY_INLINE void store(V values, Some some, float* to) {
  HWY_ALIGN float all[hn::MaxLanes(D())];
  hn::Store(values, D(), all);
  for (int i = some.first; i < some.end; ++i) to[i] = all[i];
}
#else
using Some = hn::Mask<D>;

HWY_INLINE Some first_ones(int count) {
  const D d;
  return hn::FirstN(d, static_cast<std::size_t>(std::clamp(count, 0, static_cast<int>(hn::Lanes(d)))));
}

HWY_INLINE Some between(int first, int end) { return hn::AndNot(first_ones(first), first_ones(end)); }
HWY_INLINE V load(Some some, const float* from) { return hn::MaskedLoad(some, D(), from); }
HWY_INLINE void store(V values, Some some, float* to) { hn::BlendedStore(values, some, D(), to); }
#endif

/// The places of an output row that a tap meets inside the map: place x reads element x * stride of its line, those outside of
/// [from, until) the padding.
struct Inside {
  int from;
  int until;
};

/// A vector of places of a row, and how they are read.
template <int kStride>
struct Places {
  Some low;
  Some high;  ///< of the second vector, where every second element is taken

  /// From place x on.
  HWY_INLINE Places(Inside inside, int x)
      : low(between((inside.from - x) * kStride, (inside.until - 1 - x) * kStride + 1)),
        high(kStride == 1 ? low : between((inside.from - x) * kStride - lanes(), (inside.until - 1 - x) * kStride + 1 - lanes())) {}

  static int lanes() { return static_cast<int>(hn::Lanes(D())); }
  [[nodiscard]] HWY_INLINE V load_from(const float* at) const {
    if constexpr (kStride == 1) return load(low, at);
    return hn::ConcatEven(D(), load(high, at + lanes()), load(low, at));
  }
};

/// Rows that a vector holds are written as whole vectors, each over the end of the one before.
template <int kStride>
class Packer {
 public:
  Packer(Inside inside, int width) : inside_(inside), whole_row_(inside, 0), is_narrow_(width <= lanes()), width_(width) {}

  /// Places [x, x_end) of a line, null outside the map. Writes as many, and may write up to `room`.
  HWY_INLINE void pack(const float* line, int x, int x_end, int room, float* to) const {
    if (is_narrow_ && x == 0 && x_end == width_ && room >= lanes()) {
      hn::StoreU(line == nullptr ? hn::Zero(D()) : whole_row_.load_from(line), D(), to);
      return;
    }
    for (; x < x_end; x += lanes(), to += lanes(), room -= lanes()) {
      const V values =
          line == nullptr ? hn::Zero(D()) : Places<kStride>(inside_, x).load_from(line + static_cast<std::ptrdiff_t>(x) * kStride);
      if (room >= lanes()) {
        hn::StoreU(values, D(), to);
      } else {
        store(values, between(0, x_end - x), to);
      }
    }
  }

 private:
  static int lanes() { return Places<kStride>::lanes(); }

  Inside inside_;
  Places<kStride> whole_row_;
  bool is_narrow_;
  int width_;
};

/// Of strides that no vector knows.
class PlainPacker {
 public:
  PlainPacker(Inside inside, int stride) : inside_(inside), stride_(stride) {}

  void pack(const float* line, int x, int x_end, int /*room*/, float* to) const {
    const int first = std::clamp(inside_.from, x, x_end);
    const int end = line == nullptr ? first : std::clamp(inside_.until, first, x_end);
    to = std::fill_n(to, first - x, 0.0F);
    for (int i = first; i < end; ++i) *to++ = line[static_cast<std::ptrdiff_t>(i) * stride_];
    std::fill_n(to, x_end - end, 0.0F);
  }

 private:
  Inside inside_;
  int stride_;
};

/// A tap's row of the matrix: the map's lines, each packed by `packer`.
template <class AnyPacker>
void pack_lines(const AnyPacker& packer, const ConvColumns& columns, int c, int ky, int shift, int first, int count, float* to) {
  const Shape& in = columns.in;
  const int width = columns.out.w;
  int n = first / (columns.out.h * width);
  int y = first / width % columns.out.h;
  int x = first % width;
  while (count > 0) {
    const int x_end = std::min(x + count, width);
    const int iy = y * columns.stride + ky * columns.dilation - columns.pad;
    const std::size_t at = (static_cast<std::size_t>(n) * in.c + c) * in.plane();
    const float* line = iy < 0 || iy >= in.h ? nullptr : columns.x + at + static_cast<std::ptrdiff_t>(iy) * in.w + shift;
    packer.pack(line, x, x_end, count, to);
    to += x_end - x;
    count -= x_end - x;
    x = 0;
    if (++y == columns.out.h) {
      y = 0;
      ++n;
    }
  }
}

void pack_columns(const ConvColumns& columns, int c, int ky, int kx, int first, int count, float* to) {
  const int stride = columns.stride;
  const int width = columns.out.w;
  const int shift = kx * columns.dilation - columns.pad;
  // Places before `from` lie left of the map, those from `until` on right of it.
  const int from = shift >= 0 ? 0 : std::min((-shift + stride - 1) / stride, width);
  const Inside inside{from, columns.in.w <= shift ? from : std::clamp((columns.in.w - 1 - shift) / stride + 1, from, width)};
  switch (stride) {
    case 1:
      return pack_lines(Packer<1>(inside, width), columns, c, ky, shift, first, count, to);
    case 2:
      return pack_lines(Packer<2>(inside, width), columns, c, ky, shift, first, count, to);
    default:
      return pack_lines(PlainPacker(inside, stride), columns, c, ky, shift, first, count, to);
  }
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(pack_columns);

void pack_row(const ConvColumns& columns, int c, int ky, int kx, int first, int count, float* to) {
  HWY_DYNAMIC_DISPATCH(pack_columns)(columns, c, ky, kx, first, count, to);
}

}  // namespace zf::cpu
#endif
