// Stands in until the real kernels are there.
#include "core/backend/cpu/conv.h"
#include "core/backend/reference.h"

namespace zf::cpu {

void pack(Context&, const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) {
  reference::pack(weight, bias, spec, filters);
}
void conv(Context&, const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y) {
  reference::conv(x, filters, pad, relu, y);
}
void conv_transpose(Context&, const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) {
  reference::conv_transpose(g, g_at, filters, out_at, gx);
}
void conv_weight_gradient(Context&, const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                          DeviceTensor& bias) {
  reference::conv_weight_gradient(x, g, spec, weight, bias);
}

}  // namespace zf::cpu
