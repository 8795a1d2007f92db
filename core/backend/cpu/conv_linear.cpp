// Fully connected layers: a convolution whose kernel covers the map. The weights are read where they are, (maps, row), because
// they are too many to keep twice, and widened where they are narrower than float32; what is small, signals of a few dozen items, is turned
// or packed instead.
#include <algorithm>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/gemm_vector.h"

namespace zf::cpu {

namespace {

constexpr int kDepth = 256;
constexpr int kMapsAtOnce = 48;
constexpr int kItemsAtOnce = 128;
constexpr int kColumnsAtOnce = 256;

/// y (items, maps) = x (items, depth) * weight^T + bias.
struct Product {
  const CpuFilters* filters;
  int depth;
  const int* columns;  ///< of the weights, `depth` ascending ones; null: all
  const float* bias;   ///< or null
  Rectifier relu;
};

/// Rows of the weights from `map` on, columns from `k0` on, as job.k columns of A: where they are, or widened into `to`.
void set_rows(Gemm& job, const Product& product, int map, int k0, float* to) {
  const std::ptrdiff_t row = product.filters->row();
  const Numbers first = product.filters->weight() + map * row;
  if (first.kind == StoredAs::kFloat32) {
    job.a = first.floats() + (product.columns == nullptr ? k0 : 0);
    job.a_pitch = row;
    job.a_columns = product.columns == nullptr ? nullptr : product.columns + k0;
    return;
  }
  job.a = to;
  job.a_pitch = kDepth;
  for (int m = 0; m < job.m; ++m, to += kDepth) {
    const Numbers from = first + m * row;
    if (product.columns == nullptr) {
      widen(from + k0, static_cast<std::size_t>(job.k), to);
    } else {
      for (int i = 0; i < job.k; ++i) widen(from.kind, (from + product.columns[k0 + i]).bytes, {to + i, 1});
    }
  }
}

/// Of a few dozen items: y^T = weight * x^T, where x^T is in shared scratch.
void linear_block(Context& context, const Product& product, const float* x, int items, float* y) {
  const int maps = product.filters->spec().maps;
  const int row = product.depth;
  const int width = round_up(items, panel_columns());
  float* turned = context.shared.floats(static_cast<std::size_t>(row) * width);
  context.pool.parallel_for(blocks_of(row, kDepth), [&](int index, int) {
    const int k0 = index * kDepth;
    transpose(x + k0, row, items, std::min(kDepth, row - k0), turned + static_cast<std::ptrdiff_t>(k0) * width, width);
  });
  context.pool.parallel_for(blocks_of(maps, kMapsAtOnce), [&](int index, int thread) {
    const int map = index * kMapsAtOnce;
    Gemm job;
    job.m = std::min(kMapsAtOnce, maps - map);
    job.n = items;
    job.a_packed = false;
    job.b_pitch = width;
    float* rows = context.local[thread].floats(static_cast<std::size_t>(kMapsAtOnce) * (kDepth + width));
    job.c = rows + static_cast<std::ptrdiff_t>(kMapsAtOnce) * kDepth;
    job.c_pitch = width;
    for (int k0 = 0; k0 < row; k0 += kDepth) {
      job.k = std::min(kDepth, row - k0);
      set_rows(job, product, map, k0, rows);
      job.b = turned + static_cast<std::ptrdiff_t>(k0) * width;
      job.accumulate = k0 > 0;
      if (k0 + job.k == row) {
        job.bias = product.bias == nullptr ? nullptr : product.bias + map;
        job.relu = product.relu;
      }
      gemm(job);
    }
    transpose(job.c, width, job.m, items, y + map, maps);
  });
}

void linear_blocks(Context& context, const Product& product, const float* x, int items, float* y) {
  for (int n = 0; n < items; n += kItemsAtOnce) {
    linear_block(context, product, x + static_cast<std::ptrdiff_t>(n) * product.depth, std::min(kItemsAtOnce, items - n),
                 y + static_cast<std::ptrdiff_t>(n) * product.filters->spec().maps);
  }
}

/// Copies a block of columns out of rows of `row` floats, so that every row ends in readable memory.
void copy_columns(const Numbers& from, int rows, int row, int columns, float* to, int to_pitch) {
  for (int r = 0; r < rows; ++r)
    widen(from + static_cast<std::ptrdiff_t>(r) * row, static_cast<std::size_t>(columns), to + static_cast<std::ptrdiff_t>(r) * to_pitch);
}

}  // namespace

void linear(Context& context, const float* x, int items, const CpuFilters& filters, const float* bias, Rectifier relu, float* y) {
  const int maps = filters.spec().maps;
  const int row = filters.row();
  if (items == 1) {
    constexpr int kRows = 32;
    context.pool.parallel_for(blocks_of(maps, kRows), [&](int index, int) {
      const int map = index * kRows;
      gemv(filters.weight() + static_cast<std::ptrdiff_t>(map) * row, row, std::min(kRows, maps - map), row, x,
           bias == nullptr ? nullptr : bias + map, relu, y + map);
    });
    return;
  }
  linear_blocks(context, {&filters, row, nullptr, bias, relu}, x, items, y);
}

void linear_columns(Context& context, const float* x, int items, const CpuFilters& filters, std::span<const int> columns, float* y) {
  linear_blocks(context, {&filters, static_cast<int>(columns.size()), columns.data(), nullptr, false}, x, items, y);
}

void linear_transpose(Context& context, const float* g, int items, const CpuFilters& filters, float* gx) {
  const int maps = filters.spec().maps;
  const int row = filters.row();
  constexpr int kFewItems = 8;
  const bool few = items < kFewItems;
  const std::ptrdiff_t panel = static_cast<std::ptrdiff_t>(panel_rows()) * maps;
  float* panels = few ? nullptr : context.shared.floats(packed_size(items, maps));
  if (!few) pack_panels(g, maps, 1, items, maps, panels, panel);
  context.pool.parallel_for(blocks_of(row, kColumnsAtOnce), [&](int index, int thread) {
    const int start = index * kColumnsAtOnce;
    const int columns = std::min(kColumnsAtOnce, row - start);
    const Numbers weight = filters.weight() + start;
    if (few) {
      for (int n = 0; n < items; ++n) {
        float* to = gx + static_cast<std::ptrdiff_t>(n) * row + start;
        std::fill_n(to, columns, 0.0F);
        for (int o = 0; o < maps; ++o) {
          const float signal = g[static_cast<std::ptrdiff_t>(n) * maps + o];
          if (signal != 0.0F) add_scaled(columns, signal, weight + static_cast<std::ptrdiff_t>(o) * row, to);
        }
      }
      return;
    }
    float* b = context.local[thread].floats(static_cast<std::size_t>(kDepth) * kColumnsAtOnce);
    for (int o = 0; o < maps; o += kDepth) {
      const int depth = std::min(kDepth, maps - o);
      copy_columns(weight + static_cast<std::ptrdiff_t>(o) * row, depth, row, columns, b, kColumnsAtOnce);
      Gemm job;
      job.m = items;
      job.n = columns;
      job.k = depth;
      job.a = panels + static_cast<std::ptrdiff_t>(o) * panel_rows();
      job.a_pitch = panel;
      job.b = b;
      job.b_pitch = kColumnsAtOnce;
      job.c = gx + start;
      job.c_pitch = row;
      job.accumulate = o > 0;
      gemm(job);
    }
  });
}

void linear_weight_gradient(Context& context, const float* x, const float* g, int items, int maps, int row, float* weight) {
  const std::ptrdiff_t panel = static_cast<std::ptrdiff_t>(panel_rows()) * items;
  float* panels = context.shared.floats(packed_size(maps, items));
  pack_panels(g, 1, maps, maps, items, panels, panel);
  context.pool.parallel_for(blocks_of(row, kColumnsAtOnce), [&](int index, int thread) {
    const int start = index * kColumnsAtOnce;
    float* b = context.local[thread].floats(static_cast<std::size_t>(kDepth) * kColumnsAtOnce);
    Gemm job;
    job.m = maps;
    job.n = std::min(kColumnsAtOnce, row - start);
    job.a_pitch = panel;
    job.b = b;
    job.b_pitch = kColumnsAtOnce;
    job.c = weight + start;
    job.c_pitch = row;
    for (int n = 0; n < items; n += kDepth) {
      job.k = std::min(kDepth, items - n);
      copy_columns(numbers(x + static_cast<std::ptrdiff_t>(n) * row + start), job.k, row, job.n, b, kColumnsAtOnce);
      job.a = panels + static_cast<std::ptrdiff_t>(n) * panel_rows();
      job.accumulate = n > 0;
      gemm(job);
    }
  });
}

}  // namespace zf::cpu
