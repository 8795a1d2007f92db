// The public half of Backend's memory: allocation, uploads and reading back.
#include <utility>

#include "core/backend/checks.h"

namespace zf {

using namespace checks;

template <typename Element>
void Backend::ensure(DeviceBuffer<Element>& buffer, const Shape& shape) {
  constexpr double kLargest = 1e11;  // elements; far above any machine, far below overflow
  if (shape.n < 0 || shape.c < 0 || shape.h < 0 || shape.w < 0) fail("[resize] expected no negative size, found {}", to_string(shape));
  if (static_cast<double>(shape.n) * shape.c * shape.h * shape.w > kLargest) {
    fail("[resize] expected at most {} elements, found {}", kLargest, to_string(shape));
  }
  if (buffer.storage_ == nullptr || buffer.capacity_ < shape.size()) {
    buffer = {};
    buffer.storage_ = allocate(shape.size() * sizeof(Element));
    buffer.capacity_ = shape.size();
  }
  buffer.shape_ = shape;
}

template void Backend::ensure(DeviceTensor&, const Shape&);
template void Backend::ensure(DeviceSwitches&, const Shape&);

void Backend::resize(DeviceTensor& tensor, const Shape& shape) { ensure(tensor, shape); }
void Backend::resize(DeviceSwitches& switches, const Shape& shape) { ensure(switches, shape); }

void Backend::upload(const Tensor& host, DeviceTensor& device) {
  ensure(device, host.shape());
  do_upload(host, device);
}

DeviceTensor Backend::upload(Tensor&& host) {
  DeviceTensor device;
  const Shape shape = host.shape();
  AlignedBuffer buffer = host.release();
  if (auto storage = adopt(std::move(buffer))) {
    device.shape_ = shape;
    device.capacity_ = shape.size();
    device.storage_ = std::move(storage);
    return device;
  }
  upload(Tensor(shape, std::move(buffer)), device);  // NOLINT(bugprone-use-after-move): null leaves it with its owner
  return device;
}

void Backend::fill(DeviceTensor& tensor, float value) {
  expect_input("fill", "a tensor", tensor);
  do_fill(tensor, value);
}

DeviceTensor Backend::view(const DeviceTensor& tensor, const Shape& shape) {
  expect_input("view", "a tensor", tensor);
  if (shape.size() != tensor.size()) fail("[view] expected the size of {}, found {}", to_string(tensor.shape()), to_string(shape));
  DeviceTensor result = tensor;
  result.shape_ = shape;
  return result;
}

std::unique_ptr<Readback> Backend::read(const DeviceTensor& tensor, int first, int items) {
  expect_input("read", "a tensor", tensor);
  const int all = tensor.shape().n;
  if (first < 0 || first > all || items > all - first) {
    fail("[read] expected items of {}, found {} from item {} on", to_string(tensor.shape()), items, first);
  }
  return do_read(tensor, first, items < 0 ? all - first : items);
}

Tensor Backend::download(const DeviceTensor& tensor, int first, int items) { return read(tensor, first, items)->take(); }

std::vector<std::uint32_t> Backend::download(const DeviceSwitches& switches) {
  expect_input("read", "switches", switches);
  return do_download(switches);
}

}  // namespace zf
