#include "core/tensor/shape.h"

#include <fmt/format.h>

namespace zf {

std::string to_string(const Shape& shape) { return fmt::format("{}x{}x{}x{}", shape.n, shape.c, shape.h, shape.w); }

int output_size(int in, int kernel, int stride, int pad, bool ceil) {
  const int span = in + 2 * pad - kernel;
  if (span < 0) return 0;
  if (!ceil) return span / stride + 1;
  const int out = (span + stride - 1) / stride + 1;
  return (out - 1) * stride >= in + pad ? out - 1 : out;
}

}  // namespace zf
