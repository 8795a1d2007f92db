// Branches, other non-linearities, average pooling, and their backward forms.
#include "native/cuda/device_backend.h"
#include "native/cuda/tensors.h"

namespace zf::cuda {

void DeviceBackend::do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) {
  device_->launch(y.size(), Add{data(a), data(b), relu, data(y)});
}

void DeviceBackend::do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) {
  const int shared = a.shape() == b.shape() ? 1 : static_cast<int>(a.shape().plane());
  device_->launch(y.size(), Multiply{data(a), data(b), shared, data(y)});
}

void DeviceBackend::do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) {
  const Maps in = maps_of(from.shape());
  const Maps out = maps_of(to.shape());
  const Maps part{in.n, count, in.h, in.w};
  device_->launch(part.size(),
                  CopyMaps{data(from) + in.at(0, first, 0, 0), in.item(), data(to) + out.at(0, to_first, 0, 0), out.item(), part});
}

void DeviceBackend::do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) {
  device_->launch(y.size(), Activate{data(x), function_of(f, slopes), data(y), maps_of(x.shape())});
}

void DeviceBackend::do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                                           DeviceTensor& g) {
  ActivationBackward kernel{
      f.rectifies() && rule != Rule::kGradient, nullptr, {}, nullptr, function_of(f, slopes), data(g), maps_of(g.shape())};
  if (rule != Rule::kDeconvnet || !f.rectifies()) {
    kernel.x = data(x);
    kernel.full = maps_of(x.shape());
    kernel.g_at = hold(places_, g_at);
  }
  device_->launch(g.size(), kernel);
}

/// A pool of one window that holds the whole map is long, and many of them may be few threads: a block each.
void DeviceBackend::do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) {
  const Averaging averaging = averaging_of(spec);
  const Maps in = maps_of(x.shape());
  const Averaging::Range rows = averaging.range(0, spec.kernel.h, in.h);
  const Averaging::Range columns = averaging.range(0, spec.kernel.w, in.w);
  if (y.shape().plane() == 1 && rows.end == in.h && columns.end == in.w) {
    const float share = 1.0F / static_cast<float>(rows.count * columns.count);
    device_->launch(y.size(), MapSum{{data(x), in.plane(), 1, 0, share, data(y)}});
    return;
  }
  device_->launch(y.size(), AveragePool{data(x), in, averaging, data(y), maps_of(y.shape())});
}

void DeviceBackend::do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                                      DeviceTensor& gx) {
  const int rows = output_size(plane.h, spec.kernel.h, spec.stride, spec.pad, spec.ceil);
  const int columns = output_size(plane.w, spec.kernel.w, spec.stride, spec.pad, spec.ceil);
  device_->launch(gx.size(), AverageUnpool{data(g), maps_of(g.shape()), hold(places_, g_at), averaging_of(spec), rows, columns, plane.h,
                                           plane.w, hold(others_, out_at), data(gx), maps_of(gx.shape())});
}

}  // namespace zf::cuda
