#include "core/backend/cpu/gemm.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "hwy/cache_control.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/gemm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "core/backend/cpu/rectified-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;

#if HWY_TARGET == HWY_WASM
constexpr int kRows = 4;
#elif HWY_TARGET <= HWY_AVX3
constexpr int kRows = 12;
#else
constexpr int kRows = 6;
#endif

int rows() { return kRows; }
int columns() { return static_cast<int>(2 * hn::Lanes(D())); }

/// What a micro-kernel does with its sums.
struct Tail {
  float* c;
  std::ptrdiff_t c_pitch;
  const float* bias;
  const float* added;
  bool accumulate;
  Rectifier relu;
};

/// W vectors of one row.
template <class Tag, int W>
HWY_INLINE void store_row(const hn::Vec<Tag>* sums, int row, const Tail& tail) {
  const Tag d;
  float* HWY_RESTRICT c = tail.c + row * tail.c_pitch;
  for (int w = 0; w < W; ++w, c += hn::Lanes(d)) {
    hn::Vec<Tag> sum = sums[w];
    if (tail.accumulate) sum = hn::Add(sum, hn::LoadU(d, c));
    if (tail.bias != nullptr) sum = hn::Add(sum, hn::Set(d, tail.bias[row]));
    if (tail.added != nullptr) sum = hn::Add(sum, hn::LoadU(d, tail.added + (c - tail.c)));
    hn::StoreU(rectified(d, sum, tail.relu), d, c);
  }
}

/// How A lies in memory.
enum class Order { kPanels, kRowMajor, kPickedColumns };

/// R rows by W vectors over all of k.
template <class Tag, Order kOrder, int R, int W>
HWY_NOINLINE void micro_kernel(const Gemm& job, const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, const Tail& tail) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  hn::Vec<Tag> sums[R][W];
  for (int r = 0; r < R; ++r) {
    for (int w = 0; w < W; ++w) sums[r][w] = hn::Zero(d);
  }
  // C's rows, and what is added, lie far apart: asked for before the sums are there.
  for (int r = 0; r < R; ++r) {
    for (int w = 0; w < W; ++w) {
      hwy::Prefetch(tail.c + r * tail.c_pitch + w * lanes);
      if (tail.added != nullptr) hwy::Prefetch(tail.added + r * tail.c_pitch + w * lanes);
    }
  }
  const std::ptrdiff_t a_row = kOrder == Order::kPanels ? 1 : job.a_pitch;
  const float* HWY_RESTRICT row = a;
  for (int i = 0; i < job.k; ++i) {
    // Weights come from memory, in pieces too short for the machine to see ahead.
    if constexpr (kOrder == Order::kPanels) hwy::Prefetch(a + job.a_pitch);
    if constexpr (kOrder == Order::kPickedColumns) a = row + job.a_columns[i];
    hn::Vec<Tag> column[W];
    for (int w = 0; w < W; ++w) column[w] = hn::LoadU(d, b + w * lanes);
    b += job.b_pitch;
    for (int r = 0; r < R; ++r) {
      const hn::Vec<Tag> factor = hn::Set(d, a[r * a_row]);
      for (int w = 0; w < W; ++w) sums[r][w] = hn::MulAdd(factor, column[w], sums[r][w]);
    }
    if constexpr (kOrder != Order::kPickedColumns) a += kOrder == Order::kPanels ? kRows : 1;
  }
  for (int r = 0; r < R; ++r) store_row<Tag, W>(sums[r], r, tail);
}

using MicroKernel = void (*)(const Gemm& job, const float* a, const float* b, const Tail& tail);

/// Of 1, 2, ... kRows rows.
template <class Tag, Order kOrder, int W, int... R>
const MicroKernel* kernels(std::integer_sequence<int, R...>) {
  static constexpr MicroKernel kKernels[] = {micro_kernel<Tag, kOrder, R + 1, W>...};
  return kKernels;
}

template <class Tag, Order kOrder, int W>
void kernel_of_rows(const Gemm& job, int rows, const float* a, const float* b, const Tail& tail) {
  kernels<Tag, kOrder, W>(std::make_integer_sequence<int, kRows>())[rows - 1](job, a, b, tail);
}

/// One panel of rows by W vectors of columns; where C has fewer columns, by way of a small tile.
template <class Tag, Order kOrder, int W>
void tile(const Gemm& job, int i, int j) {
  const int rows = std::min(kRows, job.m - i);
  const int columns = job.n - j;
  const float* a = job.a + (kOrder == Order::kPanels ? i / kRows : i) * job.a_pitch;
  float* c = job.c + i * job.c_pitch + j;
  const float* bias = job.bias == nullptr ? nullptr : job.bias + i;
  const float* added = job.added == nullptr ? nullptr : job.added + i * job.c_pitch + j;
  const Tag d;
  const int width = static_cast<int>(W * hn::Lanes(d));
  if (columns >= width) {
    kernel_of_rows<Tag, kOrder, W>(job, rows, a, job.b + j, {c, job.c_pitch, bias, added, job.accumulate, job.relu});
    return;
  }
  HWY_ALIGN float edge[kRows * W * hn::MaxLanes(d)];
  HWY_ALIGN float summands[kRows * W * hn::MaxLanes(d)];
  for (int r = 0; r < rows; ++r) {
    if (job.accumulate) std::copy_n(c + r * job.c_pitch, columns, edge + r * width);
    if (added != nullptr) std::copy_n(added + r * job.c_pitch, columns, summands + r * width);
  }
  kernel_of_rows<Tag, kOrder, W>(job, rows, a, job.b + j,
                                 {edge, width, bias, added == nullptr ? nullptr : summands, job.accumulate, job.relu});
  for (int r = 0; r < rows; ++r) std::copy_n(edge + r * width, columns, c + r * job.c_pitch);
}

/// Two vectors of columns, or of the last ones as many as they fill. Half a vector takes a machine of 512 bits half the time.
template <Order kOrder>
void tile_of_columns(const Gemm& job, int i, int j) {
  const int lanes = static_cast<int>(hn::Lanes(D()));
  const int left = job.n - j;
#if HWY_TARGET <= HWY_AVX3
  using Half = hn::Half<D>;
  if (left > lanes && left <= lanes + lanes / 2) {
    tile<D, kOrder, 1>(job, i, j);
    return tile<Half, kOrder, 1>(job, i, j + lanes);
  }
  if (left <= lanes / 2) return tile<Half, kOrder, 1>(job, i, j);
#endif
  left > lanes ? tile<D, kOrder, 2>(job, i, j) : tile<D, kOrder, 1>(job, i, j);
}

template <Order kOrder>
void run(const Gemm& job) {
  const int width = columns();
  // The operand of the inner loop streams from the second-level cache: the one that fits there, or B where it fits into the first-level
  // cache, so that C's rows are written as they lie.
  constexpr std::ptrdiff_t kFirstLevelFloats = 8 * 1024;
  constexpr std::ptrdiff_t kSecondLevelFloats = 64 * 1024;
  const bool first_level = static_cast<std::ptrdiff_t>(job.n) * job.k <= kFirstLevelFloats;
  if (static_cast<std::ptrdiff_t>(job.m) * job.k <= kSecondLevelFloats && !first_level) {
    for (int j = 0; j < job.n; j += width) {
      for (int i = 0; i < job.m; i += kRows) tile_of_columns<kOrder>(job, i, j);
    }
  } else {
    for (int i = 0; i < job.m; i += kRows) {
      for (int j = 0; j < job.n; j += width) tile_of_columns<kOrder>(job, i, j);
    }
  }
}

#if HWY_TARGET == HWY_SCALAR
constexpr int kBlock = 1;

HWY_INLINE void transpose_block(const float* from, std::ptrdiff_t /*from_pitch*/, float* to, std::ptrdiff_t /*to_pitch*/) { *to = *from; }
#else
using B = hn::CappedTag<float, 8>;
constexpr int kBlock = static_cast<int>(hn::MaxLanes(B()));

/// Four rows, in blocks of four columns: vector i has column i of each block.
HWY_INLINE void transpose_fours(const float* from, std::ptrdiff_t pitch, hn::Vec<B>* to) {
  const B d;
  const hn::Repartition<std::uint64_t, B> pairs;
  const auto r0 = hn::LoadU(d, from);
  const auto r1 = hn::LoadU(d, from + pitch);
  const auto r2 = hn::LoadU(d, from + 2 * pitch);
  const auto r3 = hn::LoadU(d, from + 3 * pitch);
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1));
  const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3));
  const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1));
  const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  to[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
  to[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
  to[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
  to[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
}

HWY_INLINE void transpose_block(const float* from, std::ptrdiff_t from_pitch, float* to, std::ptrdiff_t to_pitch) {
  const B d;
  hn::Vec<B> first[4];
  transpose_fours(from, from_pitch, first);
  if constexpr (kBlock == 4) {
    for (int i = 0; i < 4; ++i) hn::StoreU(first[i], d, to + i * to_pitch);
  } else {
    hn::Vec<B> second[4];
    transpose_fours(from + 4 * from_pitch, from_pitch, second);
    for (int i = 0; i < 4; ++i) {
      hn::StoreU(hn::ConcatLowerLower(d, second[i], first[i]), d, to + i * to_pitch);
      hn::StoreU(hn::ConcatUpperUpper(d, second[i], first[i]), d, to + (i + 4) * to_pitch);
    }
  }
}
#endif

void transpose(const float* from, std::ptrdiff_t from_pitch, int rows, int columns, float* to, std::ptrdiff_t to_pitch) {
  const int whole_rows = rows / kBlock * kBlock;
  const int whole_columns = columns / kBlock * kBlock;
  for (int r = 0; r < whole_rows; r += kBlock) {
    for (int c = 0; c < whole_columns; c += kBlock) transpose_block(from + r * from_pitch + c, from_pitch, to + c * to_pitch + r, to_pitch);
    for (int c = whole_columns; c < columns; ++c) {
      for (int i = r; i < r + kBlock; ++i) to[c * to_pitch + i] = from[i * from_pitch + c];
    }
  }
  for (int r = whole_rows; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) to[c * to_pitch + r] = from[r * from_pitch + c];
  }
}

void gemm(const Gemm& job) {
  if (job.a_packed) return run<Order::kPanels>(job);
  job.a_columns == nullptr ? run<Order::kRowMajor>(job) : run<Order::kPickedColumns>(job);
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(gemm);
HWY_EXPORT(rows);
HWY_EXPORT(columns);
HWY_EXPORT(transpose);

void gemm(const Gemm& job) { HWY_DYNAMIC_DISPATCH(gemm)(job); }
int panel_rows() { return HWY_DYNAMIC_DISPATCH(rows)(); }
int panel_columns() { return HWY_DYNAMIC_DISPATCH(columns)(); }

void pack_panels(const float* a, std::ptrdiff_t row_pitch, std::ptrdiff_t col_pitch, int m, int k, float* packed,
                 std::ptrdiff_t panel_pitch) {
  const int rows = panel_rows();
  for (int i = 0; i < m; i += rows, packed += panel_pitch) {
    for (int r = 0; r < rows; ++r) {
      const float* from = a + (i + r) * row_pitch;
      for (int col = 0; col < k; ++col) packed[col * rows + r] = i + r < m ? from[col * col_pitch] : 0.0F;
    }
  }
}

void transpose(const float* from, std::ptrdiff_t from_pitch, int rows, int columns, float* to, std::ptrdiff_t to_pitch) {
  HWY_DYNAMIC_DISPATCH(transpose)(from, from_pitch, rows, columns, to, to_pitch);
}

}  // namespace zf::cpu
#endif
