#pragma once

#include "core/backend/cpu/context.h"
#include "core/backend/cpu/winograd_filters.h"
#include "core/tensor/shape.h"

namespace zf::cpu {

/// A convolution, or a transposed one, by Winograd tiles.
struct WinogradConv {
  const WinogradFilters* filters = nullptr;
  const float* x = nullptr;
  Shape in;
  int in_shift = 0;  ///< input that output 0 reads with offset 0: -pad
  float* y = nullptr;
  Shape out;
  int out_shift = 0;            ///< output z of phase q goes to z * out_step + q + out_shift, if that is inside
  const float* bias = nullptr;  ///< one a map, or null
  bool relu = false;
};

/// Whether that is faster than the `products` of signals and taps, a pair of maps, that the direct sum makes. The job's filters need not be
/// prepared yet.
[[nodiscard]] bool winograd_pays(const WinogradConv& job, double products);

void winograd_conv(Context& context, const WinogradConv& job);

}  // namespace zf::cpu
