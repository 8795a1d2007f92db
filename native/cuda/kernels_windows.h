#pragma once

#include "native/cuda/kernel.h"

/// Windows of maps, changes laid over them, and single elements.
namespace zf::cuda {

/// Overlay of specs.h on windows of x: a thread an element of y (N, C, h, w).
struct LayOver {
  enum class Kind : std::uint8_t { kReplace, kDifference, kSum };
  const float* x;
  Maps in;
  const Place* at;
  Kind kind;
  float outside;
  bool relu;
  const float* changed;  ///< null: no changes
  Maps change;
  const Place* changed_at;
  float* y;
  Maps out;

  [[nodiscard]] ZF_BOTH float value(const Index& i) const {
    const Place window = at[i.n];
    const int row = window.y + i.y;
    const int column = window.x + i.x;
    if (!in.inside(row, column)) return outside;
    const float map = x[in.at(window.image, i.c, row, column)];
    if (changed != nullptr) {
      const Place over = changed_at[i.n];
      if (change.inside(row - over.y, column - over.x)) {
        const float found = changed[change.at(i.n, i.c, row - over.y, column - over.x)];
        if (kind == Kind::kDifference) return found - map;
        return kind == Kind::kSum ? map + found : found;
      }
    }
    return kind == Kind::kDifference ? 0.0F : map;
  }

  ZF_BOTH void operator()(std::size_t i) const {
    const float result = value(index_of(i, out));
    y[i] = relu && result < 0 ? 0.0F : result;
  }
};

/// A square laid over windows of x: a thread an element of y (K, C, h, w).
struct Cover {
  const float* x;
  Maps in;
  const Place* at;
  const Place* squares;
  int side;
  int soft_edge;
  const float* fill;  ///< one a map
  float* y;
  Maps out;

  /// How much of the square is at one of its pixels, 0 to 1.
  [[nodiscard]] ZF_BOTH float coverage(int row, int column) const {
    if (soft_edge == 0) return 1;
    const int inside = lesser(lesser(row, column), lesser(side - 1 - row, side - 1 - column));
    const float share = (static_cast<float>(inside) + 0.5F) / static_cast<float>(soft_edge);
    return share < 1 ? share : 1.0F;
  }

  ZF_BOTH void operator()(std::size_t i) const {
    const Index to = index_of(i, out);
    const Place window = at[to.n];
    const int row = window.y + to.y;
    const int column = window.x + to.x;
    y[i] = 0;
    if (!in.inside(row, column)) return;
    const float under = x[in.at(window.image, to.c, row, column)];
    const int square_row = row - squares[to.n].y;
    const int square_column = column - squares[to.n].x;
    const bool covered = square_row >= 0 && square_row < side && square_column >= 0 && square_column < side;
    const float share = covered ? coverage(square_row, square_column) : 0.0F;
    y[i] = share * fill[to.c] + (1 - share) * under;
  }
};

/// A Point of specs.h, of the same layout.
struct Dot {
  int item;
  int map;
  int y;
  int x;
  float value;
};

/// A thread a point.
struct Put {
  const Dot* points;
  float* x;
  Maps maps;
  ZF_BOTH void operator()(std::size_t i) const {
    const Dot& point = points[i];
    x[maps.at(point.item, point.map, point.y, point.x)] = point.value;
  }
};

/// The window at (top, left) of every map of x: a thread an element of y (N, C, h, w).
struct Crop {
  const float* x;
  Maps in;
  int top;
  int left;
  float* y;
  Maps out;
  ZF_BOTH void operator()(std::size_t i) const {
    const Index to = index_of(i, out);
    y[i] = x[in.at(to.n, to.c, top + to.y, left + to.x)];
  }
};

}  // namespace zf::cuda
