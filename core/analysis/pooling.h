#pragma once

#include "core/tensor/tensor.h"

namespace zf {

/// The grid that maps (1, C, H, W) are averaged to: the largest square whose C x side x side values are at most `limit`, at
/// least 1x1; the maps' own size where that is within the limit.
[[nodiscard]] Size pooled_size(const Shape& maps, int limit);

/// Adaptive average pooling of x (N, C, H, W) to (N, C, out.h, out.w): along a side of s elements, bin i of n is the mean of those
/// from floor(i s / n) up to, but not with, ceil((i + 1) s / n). Neighbouring bins may share an element.
[[nodiscard]] Tensor average_pool(const Tensor& x, Size out);

}  // namespace zf
