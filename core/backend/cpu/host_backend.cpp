#include "core/backend/cpu/host_backend.h"

#include <algorithm>
#include <new>
#include <utility>

#include "core/backend/cpu/storage.h"
#include "core/tensor/error.h"

namespace zf::cpu {

namespace {

/// Host memory is at hand at once.
class HostReadback final : public Readback {
 public:
  explicit HostReadback(Tensor&& tensor) : tensor_(std::move(tensor)) {}
  [[nodiscard]] bool ready() override { return true; }
  [[nodiscard]] Tensor take() override { return std::move(tensor_); }

 private:
  Tensor tensor_;
};

}  // namespace

std::shared_ptr<Storage> HostBackend::allocate(std::size_t bytes) {
  try {
    return std::make_shared<HostStorage>(AlignedBuffer(bytes));
  } catch (const std::bad_alloc&) {
    fail("[resize] expected {} MiB of free memory, found less", bytes >> 20U);
  }
}

void HostBackend::do_upload(const Tensor& host, DeviceTensor& device) { std::copy_n(host.data(), host.size(), data(device)); }

std::shared_ptr<Storage> HostBackend::adopt(AlignedBuffer&& host) { return std::make_shared<HostStorage>(std::move(host)); }

void HostBackend::do_fill(DeviceTensor& tensor, float value) { std::fill_n(data(tensor), tensor.size(), value); }

std::unique_ptr<Readback> HostBackend::do_read(const DeviceTensor& tensor, int first, int items) {
  Shape shape = tensor.shape();
  shape.n = items;
  Tensor host = Tensor::uninitialised(shape);
  std::copy_n(data(tensor) + static_cast<std::size_t>(first) * shape.item(), shape.size(), host.data());
  return std::make_unique<HostReadback>(std::move(host));
}

std::vector<std::uint32_t> HostBackend::do_download(const DeviceSwitches& switches) {
  return {data(switches), data(switches) + switches.size()};
}

}  // namespace zf::cpu
