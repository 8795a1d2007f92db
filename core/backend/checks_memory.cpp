// The public half of Backend's memory: allocation, uploads and reading back.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/backend/checks.h"
#include "core/tensor/bytes.h"

namespace zf {

using namespace checks;

namespace {

struct Items {
  int first;
  int count;
};

/// `count` items from `first` on, all that follow where it is negative.
Items items_of(const char* op, const Shape& shape, int first, int count) {
  if (first < 0 || first > shape.n || count > shape.n - first) {
    fail("[{}] expected items of {}, found {} from item {} on", op, to_string(shape), count, first);
  }
  return {first, count < 0 ? shape.n - first : count};
}

}  // namespace

Backend::~Backend() = default;

std::shared_ptr<Storage> Backend::adopt(AlignedBuffer&& /*host*/) { return nullptr; }
std::shared_ptr<Storage> Backend::share(const StoredWeights& /*host*/) { return nullptr; }

template <typename Element>
void Backend::ensure(DeviceBuffer<Element>& buffer, const Shape& shape) {
  constexpr std::uint64_t kLargest = 400'000'000'000;  // bytes: far above any machine, so that the system is never asked for more
  const std::size_t bytes = bytes_of(shape, sizeof(Element), "[resize]");
  if (bytes > kLargest) fail("[resize] expected at most {} bytes, found {} of {}", kLargest, to_string(shape), sizeof(Element));
  if (!buffer.empty()) expect_own("resize", "a tensor", buffer);
  if (buffer.storage_ == nullptr || buffer.capacity_ < shape.size() || buffer.stored_ != StoredAs::kFloat32) {
    buffer = {};
    buffer.storage_ = allocate(bytes);
    buffer.capacity_ = shape.size();
    buffer.backend_ = this;
  }
  buffer.shape_ = shape;
}

template void Backend::ensure(DeviceTensor&, const Shape&);
template void Backend::ensure(DeviceSwitches&, const Shape&);

/// A buffer of this backend that was uploaded, resized or written by an operation.
template <typename Element>
void Backend::expect_own_as_stored(const char* op, const char* what, const DeviceBuffer<Element>& buffer) const {
  if (buffer.empty()) fail("[{}] expected {} with values, found one that never got any", op, what);
  if (buffer.backend() != this) fail("[{}] expected {} of this backend ({}), found one of another", op, what, description());
}

template void Backend::expect_own_as_stored(const char*, const char*, const DeviceTensor&) const;

/// One that operations compute with.
template <typename Element>
void Backend::expect_own(const char* op, const char* what, const DeviceBuffer<Element>& buffer) const {
  expect_own_as_stored(op, what, buffer);
  if (buffer.stored_as() != StoredAs::kFloat32) {
    fail("[{}] expected {} of float32, found weights stored as {}", op, what, name_of(buffer.stored_as()));
  }
}

template void Backend::expect_own(const char*, const char*, const DeviceTensor&) const;
template void Backend::expect_own(const char*, const char*, const DeviceSwitches&) const;

void Backend::expect_own(const char* op, const Filters& filters) const {
  if (filters.backend() != this) fail("[{}] expected filters of this backend ({}), found another's", op, description());
}

void Backend::resize(DeviceTensor& tensor, const Shape& shape) { ensure(tensor, shape); }
void Backend::resize(DeviceSwitches& switches, const Shape& shape) { ensure(switches, shape); }

void Backend::upload(const Tensor& host, DeviceTensor& device) {
  ensure(device, host.shape());
  do_upload(std::as_bytes(host.values()), device.storage(), 0);
}

DeviceTensor Backend::upload(Tensor&& host) {
  DeviceTensor device;
  const Shape shape = host.shape();
  AlignedBuffer buffer = host.release();
  if (auto storage = adopt(std::move(buffer))) {
    device.shape_ = shape;
    device.capacity_ = shape.size();
    device.storage_ = std::move(storage);
    device.backend_ = this;
    return device;
  }
  upload(Tensor(shape, std::move(buffer)), device);  // NOLINT(bugprone-use-after-move): null leaves it with its owner
  return device;
}

DeviceTensor Backend::upload(const StoredWeights& host) {
  DeviceTensor device;
  if (auto storage = share(host)) {
    device.shape_ = host.shape();
    device.capacity_ = host.shape().size();
    device.storage_ = std::move(storage);
    device.backend_ = this;
    device.stored_ = host.stored_as();
    return device;
  }
  if (host.stored_as() != StoredAs::kFloat32) return upload(host.widened());
  ensure(device, host.shape());
  do_upload({host.bytes(), device.bytes()}, device.storage(), 0);
  return device;
}

DeviceTensor Backend::widened(const DeviceTensor& weights) {
  return weights.stored_as() == StoredAs::kFloat32 ? weights : upload(download(weights));
}

void Backend::fill(DeviceTensor& tensor, float value, int first, int items) {
  expect_own("fill", "a tensor", tensor);
  const Shape& shape = tensor.shape();
  const Items range = items_of("fill", shape, first, items);
  do_fill(tensor.storage(), static_cast<std::size_t>(range.first) * shape.item(), static_cast<std::size_t>(range.count) * shape.item(),
          value);
}

void Backend::copy(const DeviceTensor& from, DeviceTensor& to, int first) {
  expect_own("copy", "items", from);
  expect_own("copy", "a tensor", to);
  expect_apart("copy", from, to);
  const Shape& in = from.shape();
  const Shape& out = to.shape();
  expect_same("copy", "items", {in.n, out.c, out.h, out.w}, in);
  (void)items_of("copy", out, first, in.n);
  do_copy(from.storage(), 0, to.storage(), static_cast<std::size_t>(first) * out.item() * sizeof(float), from.bytes());
}

DeviceTensor Backend::view(const DeviceTensor& tensor, const Shape& shape) {
  if (tensor.empty()) fail("[view] expected a tensor with values, found one that never got any");
  if (shape.size() != tensor.size()) fail("[view] expected the size of {}, found {}", to_string(tensor.shape()), to_string(shape));
  DeviceTensor result = tensor;
  result.shape_ = shape;
  return result;
}

Readback Backend::read(const DeviceTensor& tensor, int first, int items) {
  expect_own_as_stored("read", "a tensor", tensor);
  Shape shape = tensor.shape();
  const Items range = items_of("read", shape, first, items);
  shape.n = range.count;
  const std::size_t item = shape.item() * bytes_of(tensor.stored_as());
  return {do_read(tensor.storage(), static_cast<std::size_t>(range.first) * item, static_cast<std::size_t>(range.count) * item), shape,
          tensor.stored_as()};
}

Readback Backend::read(const DeviceSwitches& switches) {
  expect_own("read", "switches", switches);
  return {do_read(switches.storage(), 0, switches.bytes()), switches.shape()};
}

Tensor Backend::download(const DeviceTensor& tensor, int first, int items) { return read(tensor, first, items).take(); }

std::vector<std::uint32_t> Backend::download(const DeviceSwitches& switches) { return read(switches).take_switches(); }

}  // namespace zf
