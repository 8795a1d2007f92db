#pragma once

#include <memory>

#include "core/backend/backend.h"
#include "core/backend/cpu/context.h"

namespace zf::cpu {

// The convolution kernels behind CpuBackend; arguments and results as documented at Backend, shapes already checked.

void pack(Context& context, const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters);
void conv(Context& context, const DeviceTensor& x, const Filters& filters, int pad, bool biased, bool relu, DeviceTensor& y);
void linear_differences(Context& context, const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y);
void conv_transpose(Context& context, const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx);
void conv_weight_gradient(Context& context, const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                          DeviceTensor& bias);

}  // namespace zf::cpu
