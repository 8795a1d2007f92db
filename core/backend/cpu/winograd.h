#pragma once

#include "core/backend/cpu/context.h"
#include "core/backend/cpu/conv_end.h"
#include "core/backend/cpu/winograd_filters.h"
#include "core/backend/cpu/winograd_tiles.h"
#include "core/backend/specs.h"
#include "core/tensor/shape.h"

namespace zf::cpu {

/// A convolution, or a transposed one, by Winograd tiles.
struct WinogradConv {
  const WinogradFilters* filters = nullptr;
  const float* x = nullptr;
  Shape in;
  Origin in_shift;  ///< input that output 0 reads with offset 0: -pad
  Shape out;
  Origin out_shift;  ///< output z of phase q goes to z * out_step + q + out_shift, if that is inside; at most 0
  ConvEnd end;
};

/// About how many cycles of one core that takes, to choose between ways. The job's filters need not be prepared yet.
[[nodiscard]] double winograd_cycles(const WinogradConv& job);

void winograd_conv(Context& context, const WinogradConv& job);

}  // namespace zf::cpu
