#pragma once

#include <cstddef>

namespace zf::cpu {

/// One signal that is not zero: its map, counted within a group.
struct SparseSignal {
  int map;
  float value;
};

/// Signals of a block of places: place p has counts[p] of them from signals + p * capacity on.
struct SparseLists {
  SparseSignal* signals = nullptr;
  int* counts = nullptr;
  int capacity = 0;
};

/// Appends map's signals at places [first, first + count) to their lists.
void collect_signals(const float* g, int count, int map, const SparseLists& lists, int first);

/// Vectors that a kernel sums in registers. They need not lie side by side in the output.
inline constexpr int kSparseVectors = 12;

/// Adds, for each place of a block, the sum over its signals of value * weights to the output.
struct SparseSum {
  SparseLists lists;
  int rows = 0;  ///< of places
  int columns = 0;
  const float* weights = nullptr;           ///< [map][vectors * sparse_lanes()]
  int vectors = 0;                          ///< a multiple of 3, at most kSparseVectors
  const std::ptrdiff_t* offsets = nullptr;  ///< of each vector from the place's output
  float* out = nullptr;
  std::ptrdiff_t out_row = 0;     ///< from one row of places to the next
  std::ptrdiff_t out_column = 0;  ///< from one place to the next
};
void add_sparse(const SparseSum& job);

/// Floats of a vector.
[[nodiscard]] int sparse_lanes();

/// How many of `count` values are not zero.
[[nodiscard]] int count_signals(const float* g, int count);

}  // namespace zf::cpu
