#include "core/backend/cpu/conv.h"

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/storage.h"

namespace zf::cpu {

void conv(Context& context, const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y) {
  const ConvSpec& spec = filters.spec();
  const Shape& in = x.shape();
  if (spec.groups == 1 && pad == 0 && in.map() == Size{spec.kernel_h, spec.kernel_w}) {
    return linear(context, data(x), in.n, cpu_filters(filters), relu, data(y));
  }
  conv_direct(context, {data(x), in, spec.stride, pad, y.shape().map()}, cpu_filters(filters), relu, data(y));
}

}  // namespace zf::cpu
