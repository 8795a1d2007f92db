// Storage, transfers and what all operations share.
#include <algorithm>
#include <utility>

#include "native/cuda/device_backend.h"
#include "native/cuda/tensors.h"

namespace zf::cuda {

static_assert(sizeof(Place) == sizeof(Window) && offsetof(Place, y) == offsetof(Window, y) && offsetof(Place, x) == offsetof(Window, x));

DeviceBackend::DeviceBackend(std::unique_ptr<Device> device, std::string description)
    : Training(static_cast<Backend&>(*this)),
      device_(std::move(device)),
      description_(std::move(description)),
      columns_(*device_),
      products_(*device_),
      places_(*device_),
      others_(*device_),
      values_(*device_) {}

std::shared_ptr<Storage> DeviceBackend::allocate(std::size_t bytes) { return device_->allocate(bytes); }

void DeviceBackend::do_upload(std::span<const std::byte> from, Storage& to, std::size_t at) {
  if (!from.empty()) device_->upload(from.data(), bytes_of(to) + at, from.size());
}

void DeviceBackend::do_copy(const Storage& from, std::size_t from_at, Storage& to, std::size_t to_at, std::size_t bytes) {
  if (bytes > 0) device_->copy(bytes_of(from) + from_at, bytes_of(to) + to_at, bytes);
}

void DeviceBackend::do_fill(Storage& to, std::size_t first, std::size_t count, float value) {
  device_->launch(count, Fill{reinterpret_cast<float*>(bytes_of(to)) + first, value});
}

std::unique_ptr<Transfer> DeviceBackend::do_read(const Storage& from, std::size_t at, std::size_t bytes) {
  return device_->read(bytes_of(from) + at, bytes);
}

const Place* DeviceBackend::hold(Scratch& scratch, Windows windows) {
  return scratch.hold(reinterpret_cast<const Place*>(windows.data()), windows.size());
}

int DeviceBackend::items_at_once(std::size_t item, int items) const {
  const std::size_t fit = device_->workspace() / std::max<std::size_t>(item * sizeof(float), 1);
  return static_cast<int>(std::clamp<std::size_t>(fit, 1, static_cast<std::size_t>(std::max(items, 1))));
}

}  // namespace zf::cuda
