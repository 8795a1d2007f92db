#include "core/backend/cpu/conv.h"
#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/winograd.h"

namespace zf::cpu {

namespace {

/// Whether every item is one signal whose kernel covers its output window exactly.
[[nodiscard]] bool covers(const Shape& g, const Origins& origins, const ConvSpec& spec, const Shape& gx) {
  if (spec.groups != 1 || g.plane() != 1 || gx.map() != Size{spec.kernel_h, spec.kernel_w}) return false;
  for (int k = 0; k < g.n; ++k) {
    const Origin origin = origins.at(k);
    if (origin.y != 0 || origin.x != 0) return false;
  }
  return true;
}

}  // namespace

void conv_transpose(Context& context, const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) {
  const ConvSpec& spec = filters.spec();
  const CpuFilters& own = cpu_filters(filters);
  const Origins origins{g_at, out_at, spec.stride, spec.pad};
  if (covers(g.shape(), origins, spec, gx.shape())) {
    return linear_transpose(context, data(g), g.shape().n, own, data(gx));
  }
  if (g_at.empty() && own.winograd_transposed() != nullptr) {
    const WinogradConv job{own.winograd_transposed(), data(g), g.shape(), spec.pad / spec.stride, data(gx), gx.shape(),
                           -(spec.pad % spec.stride), nullptr, false};
    if (winograd_pays(job, static_cast<double>(own.taps()) * g.shape().n * static_cast<double>(g.shape().plane()))) {
      own.prepare_winograd_transposed(context);
      return winograd_conv(context, job);
    }
  }
  conv_transpose_direct(context, data(g), g.shape(), origins, own, data(gx), gx.shape());
}

}  // namespace zf::cpu
