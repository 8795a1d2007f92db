#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/backend/specs.h"

namespace zf::cpu {

/// C (m x n) = or += A (m x k) * B (k x n), then bias, summands and ReLU. One thread; the caller cuts matrices into blocks that fit the
/// caches.
struct Gemm {
  int m = 0;
  int n = 0;
  int k = 0;
  const float* a = nullptr;
  /// Packed A: floats from one panel to the next; raw A: floats from one row to the next.
  std::ptrdiff_t a_pitch = 0;
  /// Raw A: where in its row each of the k columns lies; null: one after the other.
  const int* a_columns = nullptr;
  /// Whether A is in panels of panel_rows() rows, [k][row] in each; else row-major.
  bool a_packed = true;
  /// Row-major; every row must be readable to the next multiple of panel_columns().
  const float* b = nullptr;
  std::ptrdiff_t b_pitch = 0;
  float* c = nullptr;
  std::ptrdiff_t c_pitch = 0;
  bool accumulate = false;
  /// One a row of C, or null.
  const float* bias = nullptr;
  /// One an element of C, with C's pitch, or null.
  const float* added = nullptr;
  Rectifier relu;
};

void gemm(const Gemm& job);

/// Rows of a panel of A, and columns that a micro-kernel computes at once (two vectors), on this machine.
[[nodiscard]] int panel_rows();
[[nodiscard]] int panel_columns();

/// Rows of B of which a panel of columns fills half of a first-level cache.
[[nodiscard]] inline int panel_depth() { return 4096 / panel_columns() < 256 ? 4096 / panel_columns() : 256; }

/// Cycles of a multiplication and addition within a matrix product, measured: of one core, by the width of its vectors.
[[nodiscard]] inline double product_cycles() { return 4.0 / 3 / panel_columns(); }

/// Cycles of a weight that comes from memory, measured.
inline constexpr double kWeightCycles = 0.3;

[[nodiscard]] inline int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

[[nodiscard]] inline int blocks_of(int extent, int block) { return (extent + block - 1) / block; }

/// The first of part `i` where `parts` share an extent evenly, cut between blocks.
[[nodiscard]] inline int part_start(int i, int parts, int extent, int block) {
  return std::min(static_cast<int>(static_cast<std::int64_t>(i) * blocks_of(extent, block) / parts) * block, extent);
}

/// A row length of at least `floats` that is an odd number of cache lines, so that equal places of many rows spread over all cache sets.
[[nodiscard]] inline int odd_lines(int floats) {
  constexpr int kLine = 16;
  return (round_up(floats, kLine) / kLine | 1) * kLine;
}

/// Floats of an m x k matrix in panels; its rows are rounded up.
[[nodiscard]] inline std::size_t packed_size(int m, int k) {
  return static_cast<std::size_t>(round_up(m, panel_rows())) * static_cast<std::size_t>(k);
}

/// Packs element (row, col) = a[row * row_pitch + col * col_pitch] into panels that lie `panel_pitch` floats apart; missing rows are 0.
void pack_panels(const float* a, std::ptrdiff_t row_pitch, std::ptrdiff_t col_pitch, int m, int k, float* packed,
                 std::ptrdiff_t panel_pitch);

/// to (columns x rows, row-major, `to_pitch`) = the transpose of from (rows x columns).
void transpose(const float* from, std::ptrdiff_t from_pitch, int rows, int columns, float* to, std::ptrdiff_t to_pitch);

}  // namespace zf::cpu
