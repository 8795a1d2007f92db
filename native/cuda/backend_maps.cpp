// Rectification, pooling, normalisation, softmax, their backward forms, and what is asked of single maps.
#include "native/cuda/device_backend.h"
#include "native/cuda/tensors.h"

namespace zf::cuda {

void DeviceBackend::do_relu(const DeviceTensor& x, DeviceTensor& y) { device_->launch(x.size(), Relu{data(x), data(y)}); }

void DeviceBackend::do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  device_->launch(y.size(), MaxPool{data(x), maps_of(x.shape()), pooling_of(spec), data(y), data(switches), maps_of(y.shape())});
}

void DeviceBackend::do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  device_->launch(x.size(), Lrn{data(x), normalisation_of(spec), data(y), maps_of(x.shape())});
}

void DeviceBackend::do_softmax(const DeviceTensor& x, DeviceTensor& y) {
  const Shape& shape = x.shape();
  const std::size_t rows = static_cast<std::size_t>(shape.n) * shape.plane();
  device_->launch(rows, Softmax{{data(x), data(y), shape.c, static_cast<int>(shape.plane())}});
}

void DeviceBackend::do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane,
                              Windows out_at, DeviceTensor& gx) {
  device_->launch(gx.size(), Unpool{data(g), maps_of(g.shape()), hold(places_, g_at), data(switches), maps_of(switches.shape()),
                                    pooling_of(spec), plane.h, plane.w, hold(others_, out_at), data(gx), maps_of(gx.shape())});
}

void DeviceBackend::do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) {
  ReluBackward kernel{rule != Rule::kGradient, nullptr, {}, nullptr, data(g), maps_of(g.shape())};
  if (rule != Rule::kDeconvnet) {
    kernel.y = data(y);
    kernel.full = maps_of(y.shape());
    kernel.g_at = hold(places_, g_at);
  }
  device_->launch(g.size(), kernel);
}

void DeviceBackend::do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  device_->launch(gx.size(), LrnBackward{data(x), maps_of(x.shape()), normalisation_of(spec), data(g), hold(places_, g_at), data(gx),
                                         maps_of(gx.shape())});
}

void DeviceBackend::do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  device_->launch(values.size(), ChannelMax{{data(x), x.shape().plane(), data(values), data(places)}});
}

void DeviceBackend::do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) {
  device_->launch(sums.size(), MapSum{{data(x), x.shape().plane(), 1, 0, 1.0F, data(sums)}});
}

}  // namespace zf::cuda
