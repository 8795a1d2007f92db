// What only training needs, but for the gradients of convolutions.
#include "native/cuda/device_backend.h"
#include "native/cuda/tensors.h"

namespace zf::cuda {

void DeviceBackend::do_dropout(float p, std::uint64_t seed, std::uint32_t first, DeviceTensor& x) {
  device_->launch(x.size(), Dropout{p, static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U), first, data(x)});
}

void DeviceBackend::do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) {
  const Shape& shape = logits.shape();
  device_->launch(labels.size(),
                  CrossEntropy{{data(logits), values_.hold(labels.data(), labels.size()), data(loss), data(g), shape.n, shape.c}});
}

void DeviceBackend::do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) {
  device_->launch(weight.size(), SgdStep{data(gradient), spec.rate, spec.momentum, spec.decay, data(velocity), data(weight)});
}

void DeviceBackend::do_limit_rms(float limit, DeviceTensor& weight) {
  device_->launch(static_cast<std::size_t>(weight.shape().n), LimitRms{{data(weight), weight.shape().item(), limit}});
}

}  // namespace zf::cuda
