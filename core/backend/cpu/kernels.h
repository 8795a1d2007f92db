#pragma once

#include "core/backend/backend.h"
#include "core/backend/cpu/context.h"

namespace zf::cpu {

// The kernels behind CpuBackend other than convolution; arguments and results as documented at Backend, shapes already
// checked. Each element is computed by one thread in a fixed order, so results do not depend on the number of threads.

void relu(Context& context, const DeviceTensor& x, DeviceTensor& y);
void relu_backward(Context& context, Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g);

void max_pool(Context& context, const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches);
void unpool(Context& context, const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane,
            Windows out_at, DeviceTensor& gx);

void lrn(Context& context, const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y);
void lrn_backward(Context& context, const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx);

void softmax(Context& context, const DeviceTensor& x, DeviceTensor& y);
void cross_entropy(Context& context, const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g);

void gather_windows(Context& context, const DeviceTensor& x, Windows at, float outside, const DeviceTensor* changed, Windows changed_at,
                    DeviceTensor& y);
void window_differences(Context& context, const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at,
                        DeviceTensor& y);
void window_sums(Context& context, const DeviceTensor& x, Windows at, const DeviceTensor& differences, Windows differences_at, bool relu,
                 DeviceTensor& y);
void channel_max(Context& context, const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places);

void dropout(Context& context, float p, std::uint64_t seed, DeviceTensor& x);
void sgd_step(Context& context, const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight);
void limit_rms(Context& context, float limit, DeviceTensor& weight);

/// The instruction set that the kernels chose: "AVX2".
[[nodiscard]] const char* instruction_set();

}  // namespace zf::cpu
