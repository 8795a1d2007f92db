#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/gemm_vector.h"
#include "core/backend/cpu/storage.h"

namespace zf::cpu {

namespace {

void bias_gradient(Context& context, const DeviceTensor& g, float* bias) {
  const Shape& shape = g.shape();
  context.pool.parallel_for(shape.c, [&](int map, int) {
    double total = 0;
    for (int n = 0; n < shape.n; ++n) total += static_cast<double>(sum(data(g) + plane_at(shape, n, map), static_cast<int>(shape.plane())));
    bias[map] = static_cast<float>(total);
  });
}

}  // namespace

void CpuBackend::do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                                         DeviceTensor& bias) {
  const Shape& in = x.shape();
  bias_gradient(context_, g, data(bias));
  if (spec.groups == 1 && spec.pad == 0 && spec.covers(in.map())) {
    return linear_weight_gradient(context_, data(x), data(g), in.n, spec.maps, static_cast<int>(in.item()), data(weight));
  }
  const ConvColumns columns{data(x), in, spec.stride, spec.pad, g.shape().map(), spec.dilation};
  if (depthwise(spec, in.c)) return weight_gradient_depthwise(context_, columns, spec, data(g), data(weight));
  if (spec.kernel_h * spec.kernel_w > 1 && spec.dilation == 1) {
    const WinogradPlan plan(winograd_axis(spec.kernel_h, spec.stride), winograd_axis(spec.kernel_w, spec.stride));
    if (weight_gradient_winograd_pays(plan, columns, spec))
      return weight_gradient_winograd(context_, plan, columns, spec, data(g), data(weight));
  }
  weight_gradient_direct(context_, columns, spec, data(g), data(weight));
}

}  // namespace zf::cpu
