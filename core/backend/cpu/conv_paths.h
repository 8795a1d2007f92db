#pragma once

#include <span>

#include "core/backend/cpu/context.h"
#include "core/backend/cpu/conv_end.h"
#include "core/backend/cpu/filters.h"
#include "core/backend/cpu/pack_columns.h"
#include "core/backend/cpu/winograd_tiles.h"

namespace zf::cpu {

// The ways to compute a convolution and its transposes; conv.cpp, conv_transpose.cpp and weight_gradient.cpp choose. A bias may be
// null.

/// The first float of plane `c` of item `n`.
[[nodiscard]] inline std::size_t plane_at(const Shape& shape, int n, int c) {
  return (static_cast<std::size_t>(n) * shape.c + c) * shape.plane();
}

/// Rounds down, also below 0.
[[nodiscard]] constexpr int divide_down(int value, int by) { return value >= 0 ? value / by : -((-value + by - 1) / by); }

/// Whether an image's maps are the matrix of columns as they lie in memory: of a single tap that takes every element. Not where its rows
/// would fall into few of a first-level cache's sets.
[[nodiscard]] inline bool columns_in_place(const ConvColumns& columns, const CpuFilters& filters) {
  constexpr std::size_t kAliasing = 256;  // floats
  return filters.taps() == 1 && columns.stride == 1 && columns.pad == 0 && columns.in.plane() % kAliasing != 0;
}

/// As a matrix product over columns that are packed on the fly. Any convolution.
void conv_direct(Context& context, const ConvColumns& columns, const CpuFilters& filters, const ConvEnd& end);

/// The same of few columns, whose maps are cut into parts for the threads; whether they are few.
void conv_few_columns(Context& context, const ConvColumns& columns, const CpuFilters& filters, const ConvEnd& end);
[[nodiscard]] bool has_few_columns(const Context& context, const ConvColumns& columns, const CpuFilters& filters);

/// Whether every group has one channel. A single one is a matrix product like others.
[[nodiscard]] inline bool depthwise(const ConvSpec& spec, int channels) { return spec.groups == channels && channels > 1; }
/// Of such convolutions: plane by plane.
void conv_depthwise(Context& context, const ConvColumns& columns, const CpuFilters& filters, const float* bias, Rectifier relu, float* y);

/// A kernel that covers the map: y (items, maps) = x (items, row) * weight^T + bias.
void linear(Context& context, const float* x, int items, const CpuFilters& filters, const float* bias, Rectifier relu, float* y);
/// Of some columns of the weights, in ascending order: y (items, maps) = x (items, columns) * weight[:, columns]^T.
void linear_columns(Context& context, const float* x, int items, const CpuFilters& filters, std::span<const int> columns, float* y);
/// gx (items, row) = g (items, maps) * weight. Skips rows whose signals are all 0.
void linear_transpose(Context& context, const float* g, int items, const CpuFilters& filters, float* gx);
/// weight (maps, row) = g^T * x.
void linear_weight_gradient(Context& context, const float* x, const float* g, int items, int maps, int row, float* weight);

/// Where the items of a transposed convolution put the first tap of their first signal, relative to the item's output window.
struct Origins {
  Windows g_at;
  Windows out_at;
  int stride = 1;
  int pad = 0;

  [[nodiscard]] Origin at(int k) const {
    if (g_at.empty()) return {-pad, -pad};
    const Window& from = g_at[static_cast<std::size_t>(k)];
    const Window& to = out_at[static_cast<std::size_t>(k)];
    return {from.y * stride - pad - to.y, from.x * stride - pad - to.x};
  }
};

/// As a matrix product, weight^T * g, whose rows are then added into the output. Any transposed convolution.
void conv_transpose_direct(Context& context, const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters,
                           float* gx, const Shape& gx_shape);

/// By the signals that are not zero. Any transposed convolution.
void conv_transpose_sparse(Context& context, const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters,
                           float* gx, const Shape& gx_shape);

/// Of a depthwise convolution: each element of gx gathers what it went into.
void conv_transpose_depthwise(Context& context, const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters,
                              float* gx, const Shape& gx_shape);

/// Of a depthwise convolution: a dot product a tap.
void weight_gradient_depthwise(Context& context, const ConvColumns& columns, const ConvSpec& spec, const float* g, float* weight);

/// As a matrix product, columns * g^T. Any convolution.
void weight_gradient_direct(Context& context, const ConvColumns& columns, const ConvSpec& spec, const float* g, float* weight);

/// By Winograd tiles of a plan for the convolution, and whether that is faster.
void weight_gradient_winograd(Context& context, const WinogradPlan& plan, const ConvColumns& columns, const ConvSpec& spec, const float* g,
                              float* weight);
[[nodiscard]] bool weight_gradient_winograd_pays(const WinogradPlan& plan, const ConvColumns& columns, const ConvSpec& spec);

}  // namespace zf::cpu
