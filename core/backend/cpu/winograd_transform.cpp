#include "core/backend/cpu/winograd_transform.h"

#include <algorithm>

#include "core/backend/cpu/gemm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/winograd_transform.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "core/backend/cpu/rectified-inl.h"
#include "core/backend/cpu/winograd_vectors-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

int vector_lanes() { return lanes(); }

/// B^T d
HWY_INLINE Six input_points(V d0, V d1, V d2, V d3, V d4, V d5) {
  const D d;
  const V five_halves = hn::Set(d, 2.5F);
  const V even_a = hn::NegMulAdd(hn::Set(d, 2.0F), d2, d4);
  const V odd_a = hn::NegMulAdd(hn::Set(d, 2.0F), d1, d3);
  const V even_b = hn::NegMulAdd(hn::Set(d, 0.5F), d2, d4);
  const V odd_b = hn::NegMulAdd(hn::Set(d, 0.5F), d1, d3);
  const V a = hn::Set(d, kSqrtHalf);
  const V b = hn::Set(d, kSqrt2);
  return {hn::Add(hn::NegMulAdd(five_halves, d2, d0), d4),
          hn::MulAdd(a, odd_a, even_a),
          hn::NegMulAdd(a, odd_a, even_a),
          hn::MulAdd(b, odd_b, even_b),
          hn::NegMulAdd(b, odd_b, even_b),
          hn::Add(hn::NegMulAdd(five_halves, d3, d1), d5)};
}

struct Four {
  V v0, v1, v2, v3;
};

/// A^T m
HWY_INLINE Four output_values(const Six& m) {
  const D d;
  const V sum_a = hn::Add(m.v1, m.v2);
  const V sum_b = hn::Add(m.v3, m.v4);
  const V difference_a = hn::Mul(hn::Set(d, kSqrtHalf), hn::Sub(m.v1, m.v2));
  const V difference_b = hn::Mul(hn::Set(d, kSqrt2), hn::Sub(m.v3, m.v4));
  const V half = hn::Set(d, 0.5F);
  const V two = hn::Set(d, 2.0F);
  return {hn::Add(m.v0, hn::Add(sum_a, sum_b)), hn::Add(difference_a, difference_b), hn::MulAdd(half, sum_a, hn::Mul(two, sum_b)),
          hn::Add(m.v5, hn::MulAdd(half, difference_a, hn::Mul(two, difference_b)))};
}

/// Six lines `pitch` apart to the six points of the columns, lines of `width` floats in `to`.
void columns_to_points(const float* HWY_RESTRICT lines, std::ptrdiff_t pitch, int width, float* HWY_RESTRICT to) {
  const int step = lanes();
  for (int x = 0; x < width; x += step) {
    const Six v = load_apart(lines + x, pitch);
    store_apart(input_points(v.v0, v.v1, v.v2, v.v3, v.v4, v.v5), to + x, width);
  }
}

#if HWY_TARGET != HWY_SCALAR
/// Vector r of `to` holds entries r, kWays + r, 2 kWays + r, ... of `from`.
template <int kWays>
HWY_INLINE void load_ways(const float* from, V* to) {
  const D d;
  if constexpr (kWays == 4) {
    hn::LoadInterleaved4(d, from, to[0], to[1], to[2], to[3]);
  } else {
    constexpr int kHalf = kWays / 2;
    V low[kHalf];
    V high[kHalf];
    load_ways<kHalf>(from, low);
    load_ways<kHalf>(from + kHalf * lanes(), high);
    for (int r = 0; r < kHalf; ++r) {
      to[r] = hn::ConcatEven(d, high[r], low[r]);
      to[r + kHalf] = hn::ConcatOdd(d, high[r], low[r]);
    }
  }
}

/// Whole vectors of entries; returns how many entries that were.
template <int kWays>
int deinterleave_vectors(const float* from, int count, float* to, int pitch) {
  const D d;
  int t = 0;
  for (; t + lanes() <= count; t += lanes()) {
    V ways[kWays];
    load_ways<kWays>(from + t * kWays, ways);
    for (int r = 0; r < kWays; ++r) hn::StoreU(ways[r], d, to + r * pitch + t);
  }
  return t;
}

#endif

/// to[r * pitch + t] = from[t * ways + r] for t < count
void deinterleave(const float* HWY_RESTRICT from, int ways, int count, float* HWY_RESTRICT to, int pitch) {
  int t = 0;
#if HWY_TARGET != HWY_SCALAR
  if (ways == 4) t = deinterleave_vectors<4>(from, count, to, pitch);
  if (ways == 8) t = deinterleave_vectors<8>(from, count, to, pitch);
  if (ways == 16) t = deinterleave_vectors<16>(from, count, to, pitch);
#endif
  for (; t < count; ++t) {
    for (int r = 0; r < ways; ++r) to[r * pitch + t] = from[t * ways + r];
  }
}

/// How a row of tiles is cut: the line holds `groups` entries of ways() inputs, and tile t reads entries t, t + 1, ...
struct Cut {
  int ways;    // 4 * in_step
  int tiles;   // rounded up to whole vectors
  int groups;  // entries
  int width;   // of a line, rounded up to whole vectors
};

Cut cut(const WinogradPlan& plan, int tiles) {
  const WinogradAxis& x = plan.x();
  Cut c{};
  c.ways = kWinogradOutputs * x.in_step;
  c.tiles = round_up(tiles, lanes());
  c.groups = c.tiles + (x.extent() - 1) / c.ways;
  c.width = round_up(c.groups * c.ways, lanes());
  return c;
}

int line(const WinogradPlan& plan, int tiles) { return cut(plan, tiles).width; }

std::size_t input_work(const WinogradPlan& plan, int tiles) {
  const Cut c = cut(plan, tiles);
  return static_cast<std::size_t>(kPoints) * c.width + static_cast<std::size_t>(c.ways) * c.groups + c.tiles;
}

void fill_table(std::ptrdiff_t slot_pitch, std::ptrdiff_t point_gap, const WinogradInputTable& table) {
  const WinogradPlan& plan = *table.plan;
  const Cut c = cut(plan, table.tiles);
  std::size_t at = 0;
  for (const int offset : plan.x().offsets) {
    for (int j = 0; j < kPoints; ++j) {
      const int input = j * plan.x().in_step + offset - plan.x().offsets.front();
      table.from[at++] = input % c.ways * c.groups + input / c.ways;
    }
  }
  at = 0;
  for (int oy = 0; oy < plan.offsets_y(); ++oy) {
    for (int i = 0; i < kPoints; ++i) {
      for (int ox = 0; ox < plan.offsets_x(); ++ox) {
        for (int j = 0; j < kPoints; ++j) {
          const int point = i * kPoints + j;
          const int slot = plan.slot(point, oy, ox);
          table.to[at++] = slot < 0 ? -1 : slot * slot_pitch + point * point_gap;
        }
      }
    }
  }
}

/// Points of one row of the columns' points: from six inputs of each tile, at `from` in `parts`, to `to` of each. Points that go
/// nowhere go to `unused`.
HWY_INLINE void rows_to_points(const std::ptrdiff_t* HWY_RESTRICT from, const float* HWY_RESTRICT parts, int tiles,
                               const std::ptrdiff_t* HWY_RESTRICT to, float* HWY_RESTRICT out, float* HWY_RESTRICT unused) {
  const D d;
  const float* HWY_RESTRICT from0 = parts + from[0];
  const float* HWY_RESTRICT from1 = parts + from[1];
  const float* HWY_RESTRICT from2 = parts + from[2];
  const float* HWY_RESTRICT from3 = parts + from[3];
  const float* HWY_RESTRICT from4 = parts + from[4];
  const float* HWY_RESTRICT from5 = parts + from[5];
  float* HWY_RESTRICT to0 = to[0] < 0 ? unused : out + to[0];
  float* HWY_RESTRICT to1 = to[1] < 0 ? unused : out + to[1];
  float* HWY_RESTRICT to2 = to[2] < 0 ? unused : out + to[2];
  float* HWY_RESTRICT to3 = to[3] < 0 ? unused : out + to[3];
  float* HWY_RESTRICT to4 = to[4] < 0 ? unused : out + to[4];
  float* HWY_RESTRICT to5 = to[5] < 0 ? unused : out + to[5];
  for (int t = 0; t < tiles; t += lanes()) {
    const Six v = input_points(hn::LoadU(d, from0 + t), hn::LoadU(d, from1 + t), hn::LoadU(d, from2 + t), hn::LoadU(d, from3 + t),
                               hn::LoadU(d, from4 + t), hn::LoadU(d, from5 + t));
    hn::StoreU(v.v0, d, to0 + t);
    hn::StoreU(v.v1, d, to1 + t);
    hn::StoreU(v.v2, d, to2 + t);
    hn::StoreU(v.v3, d, to3 + t);
    hn::StoreU(v.v4, d, to4 + t);
    hn::StoreU(v.v5, d, to5 + t);
  }
}

void input(const WinogradInput& job) {
  const WinogradInputTable& table = *job.table;
  const WinogradPlan& plan = *table.plan;
  const Cut c = cut(plan, table.tiles);
  float* const points = job.work;
  float* const parts = points + kPoints * c.width;
  float* const unused = parts + c.ways * c.groups;
  const std::ptrdiff_t* to = table.to.data();
  for (int oy = 0; oy < plan.offsets_y(); ++oy) {
    const int offset = plan.y().offsets[static_cast<std::size_t>(oy)] - plan.y().offsets.front();
    columns_to_points(job.lines + offset * job.pitch, job.pitch * plan.y().in_step, c.width, points);
    for (int i = 0; i < kPoints; ++i) {
      const std::ptrdiff_t* from = table.from.data();
      // The points between the end ones have a slot wherever their row has one.
      const bool needed = to[1] >= 0;
      if (needed) deinterleave(points + i * c.width, c.ways, c.groups, parts, c.groups);
      for (int ox = 0; ox < plan.offsets_x(); ++ox, from += kPoints, to += kPoints) {
        if (needed) rows_to_points(from, parts, c.tiles, to, job.to, unused);
      }
    }
  }
}

void output(const WinogradOutput& job) {
  const D d;
  const V bias = hn::Set(d, job.bias);
  const auto finish = [&](V v) HWY_ATTR { return rectified(d, hn::Add(v, bias), job.relu); };
  HWY_ALIGN float rows[kWinogradOutputs * kPoints * hn::MaxLanes(d)];
  const int step = lanes();
  for (int t = 0; t < job.tiles; t += step) {
    for (int j = 0; j < kPoints; ++j) {
      const Four v = output_values(load_apart(job.from + j * job.pitch + t, kPoints * job.pitch));
      hn::Store(v.v0, d, rows + j * step);
      hn::Store(v.v1, d, rows + (kPoints + j) * step);
      hn::Store(v.v2, d, rows + (2 * kPoints + j) * step);
      hn::Store(v.v3, d, rows + (3 * kPoints + j) * step);
    }
    for (int y = 0; y < kWinogradOutputs; ++y) {
      const Four v = output_values(load_apart(rows + y * kPoints * step, step));
      hn::StoreInterleaved4(finish(v.v0), finish(v.v1), finish(v.v2), finish(v.v3), d,
                            job.lines + y * job.line_pitch + kWinogradOutputs * t);
    }
  }
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(vector_lanes);
HWY_EXPORT(line);
HWY_EXPORT(input_work);
HWY_EXPORT(fill_table);
HWY_EXPORT(input);
HWY_EXPORT(output);

int winograd_lanes() { return HWY_DYNAMIC_DISPATCH(vector_lanes)(); }
int winograd_line(const WinogradPlan& plan, int tiles) { return HWY_DYNAMIC_DISPATCH(line)(plan, tiles); }
std::size_t winograd_input_work(const WinogradPlan& plan, int tiles) { return HWY_DYNAMIC_DISPATCH(input_work)(plan, tiles); }
std::size_t winograd_from_size(const WinogradPlan& plan) { return plan.x().offsets.size() * kWinogradPoints; }
std::size_t winograd_to_size(const WinogradPlan& plan) { return plan.y().offsets.size() * kWinogradPoints * winograd_from_size(plan); }
void winograd_fill_table(std::ptrdiff_t slot_pitch, std::ptrdiff_t point_gap, const WinogradInputTable& table) {
  HWY_DYNAMIC_DISPATCH(fill_table)(slot_pitch, point_gap, table);
}
void winograd_input(const WinogradInput& job) { HWY_DYNAMIC_DISPATCH(input)(job); }
void winograd_output(const WinogradOutput& job) { HWY_DYNAMIC_DISPATCH(output)(job); }

}  // namespace zf::cpu
#endif
