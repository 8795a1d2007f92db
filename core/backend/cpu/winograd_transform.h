#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/backend/cpu/winograd_plan.h"
#include "core/backend/specs.h"

namespace zf::cpu {

// The four transforms of F(4x4, 3x3) at the points 0, +-sqrt(1/2), +-sqrt(2) and infinity, whose rounding errors are those of the
// direct sum (the customary 0, +-1, +-2 lose a digit). Each works on vectors of whatever lies side by side in memory: tiles of a row for
// signals, (input, row) of a panel for filters, maps for gradients.

using WinogradTargets = std::array<float*, WinogradPlan::kPoints>;
using WinogradSources = std::array<const float*, WinogradPlan::kPoints>;
/// Row-major 3x3.
using WinogradFilter = std::array<const float*, 9>;

/// Tiles of a row are computed in groups of this many; what is written beyond the last is not meaningful.
[[nodiscard]] int winograd_lanes();

/// Where the transforms of rows of input tiles read and write; the same for all maps and rows of a block.
struct WinogradInputTable {
  const WinogradPlan* plan = nullptr;
  int tiles = 0;
  /// Per x offset: where each of six inputs of the first tile lies among the de-interleaved ones.
  std::span<std::ptrdiff_t> from;
  /// Per (y offset, point of y, x offset): where each of six points goes, relative to WinogradInput::to; -1: nowhere.
  std::span<std::ptrdiff_t> to;
};
[[nodiscard]] std::size_t winograd_from_size(const WinogradPlan& plan);
[[nodiscard]] std::size_t winograd_to_size(const WinogradPlan& plan);
/// Fills in from and to. A slot (of all points) lies at slot * slot_pitch + point * point_gap.
void winograd_fill_table(std::ptrdiff_t slot_pitch, std::ptrdiff_t point_gap, const WinogradInputTable& table);

/// A row of input tiles of one map.
struct WinogradInput {
  const WinogradInputTable* table = nullptr;
  const float* lines = nullptr;  ///< the tiles' input rows, the first of which belongs to the smallest offset
  std::ptrdiff_t pitch = 0;      ///< floats from line to line; every line is readable to winograd_line(...)
  float* to = nullptr;           ///< the first tile
  float* work = nullptr;         ///< winograd_input_work(...) floats
};
[[nodiscard]] int winograd_line(const WinogradPlan& plan, int tiles);
[[nodiscard]] std::size_t winograd_input_work(const WinogradPlan& plan, int tiles);
void winograd_input(const WinogradInput& job);

/// A row of output tiles of one map and phase, from products that lie `pitch` floats apart, to four lines.
struct WinogradOutput {
  const float* from = nullptr;
  std::ptrdiff_t pitch = 0;
  int tiles = 0;
  float bias = 0;
  Rectifier relu;
  float* lines = nullptr;
  std::ptrdiff_t line_pitch = 0;
};
void winograd_output(const WinogradOutput& job);

/// Filters: `count` vectors of nine taps to the 36 points.
void winograd_filter(const WinogradFilter& taps, const WinogradTargets& to, int count);

/// The transpose of winograd_output: tile (rows `pitch` apart, places `step` apart, maps side by side) to the 36 points.
void winograd_signal(const float* tile, std::ptrdiff_t pitch, std::ptrdiff_t step, const WinogradTargets& to, int maps);

/// The transpose of winograd_filter: sums of products at the 36 points to the gradients of nine taps. A missing point counts as 0.
void winograd_filter_gradient(const WinogradSources& from, float* taps, std::ptrdiff_t tap_pitch, int count);

}  // namespace zf::cpu
