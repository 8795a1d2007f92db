// Windows with changes laid over them, covering squares and single elements.
#include "native/cuda/device_backend.h"
#include "native/cuda/tensors.h"

namespace zf::cuda {

static_assert(sizeof(Dot) == sizeof(Point) && offsetof(Dot, value) == offsetof(Point, value));

namespace {

[[nodiscard]] LayOver::Kind kind_of(Overlay::Kind kind) {
  switch (kind) {
    case Overlay::Kind::kDifference:
      return LayOver::Kind::kDifference;
    case Overlay::Kind::kSum:
      return LayOver::Kind::kSum;
    default:
      return LayOver::Kind::kReplace;
  }
}

}  // namespace

void DeviceBackend::do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                               DeviceTensor& y) {
  LayOver kernel{data(x), maps_of(x.shape()), hold(places_, at), kind_of(overlay.kind), overlay.outside, overlay.relu, nullptr, {}, nullptr,
                 data(y), maps_of(y.shape())};
  if (changed != nullptr) {
    kernel.changed = data(*changed);
    kernel.change = maps_of(changed->shape());
    kernel.changed_at = hold(others_, changed_at);
  }
  device_->launch(y.size(), kernel);
}

void DeviceBackend::do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) {
  device_->launch(y.size(), Cover{data(x), maps_of(x.shape()), hold(places_, at), hold(others_, squares), square.side, square.soft_edge,
                                  values_.hold(square.fill.data(), square.fill.size()), data(y), maps_of(y.shape())});
}

void DeviceBackend::do_put(std::span<const Point> points, DeviceTensor& x) {
  const auto* dots = reinterpret_cast<const Dot*>(points.data());
  device_->launch(points.size(), Put{values_.hold(dots, points.size()), data(x), maps_of(x.shape())});
}

}  // namespace zf::cuda
