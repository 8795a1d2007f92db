#pragma once

#include "core/backend/specs.h"

namespace zf::cpu {

/// A plane of a depthwise convolution, straight from the map: nothing is copied, and masks stand for the padding.
struct DepthwisePlane {
  const float* x = nullptr;
  Size in;
  const float* weights = nullptr;  ///< row-major
  int kernel = 0;                  ///< along either side
  int stride = 1;
  int pad = 0;
  float bias = 0;
  Rectifier relu;
  float* y = nullptr;
  Size out;
};

/// Whether there is such a kernel for these filters, with this machine's instructions.
[[nodiscard]] bool has_depthwise_kernel(const ConvSpec& spec);
void depthwise_plane(const DepthwisePlane& job);

}  // namespace zf::cpu
