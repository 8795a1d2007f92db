#include "core/backend/cpu/host_backend.h"

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>

#include "core/backend/cpu/storage.h"
#include "core/tensor/error.h"

namespace zf::cpu {

namespace {

/// Host memory is at hand at once.
class HostTransfer final : public Transfer {
 public:
  explicit HostTransfer(AlignedBuffer&& buffer) : buffer_(std::move(buffer)) {}
  [[nodiscard]] bool ready() override { return true; }
  [[nodiscard]] AlignedBuffer take() override { return std::move(buffer_); }

 private:
  AlignedBuffer buffer_;
};

std::byte* bytes_of(Storage& storage) { return static_cast<HostStorage&>(storage).data(); }
const std::byte* bytes_of(const Storage& storage) { return static_cast<const HostStorage&>(storage).data(); }

}  // namespace

std::shared_ptr<Storage> HostBackend::allocate(std::size_t bytes) {
  try {
    return std::make_shared<HostStorage>(AlignedBuffer(bytes));
  } catch (const std::bad_alloc&) {
    fail("[resize] expected {} MiB of free memory, found less", bytes >> 20U);
  }
}

std::shared_ptr<Storage> HostBackend::adopt(AlignedBuffer&& host) { return std::make_shared<HostStorage>(std::move(host)); }

std::shared_ptr<Storage> HostBackend::share(const StoredWeights& host) {
  const bool aligned = reinterpret_cast<std::uintptr_t>(host.bytes()) % alignof(float) == 0;
  if (host.stored_as() != StoredAs::kFloat32 || !aligned) return nullptr;
  return std::make_shared<HostStorage>(host.bytes(), host.owner());
}

void HostBackend::do_upload(std::span<const std::byte> from, Storage& to, std::size_t at) {
  std::copy_n(from.data(), from.size(), bytes_of(to) + at);
}

void HostBackend::do_copy(const Storage& from, std::size_t from_at, Storage& to, std::size_t to_at, std::size_t bytes) {
  std::copy_n(bytes_of(from) + from_at, bytes, bytes_of(to) + to_at);
}

void HostBackend::do_fill(Storage& to, std::size_t first, std::size_t count, float value) {
  std::fill_n(reinterpret_cast<float*>(bytes_of(to)) + first, count, value);
}

std::unique_ptr<Transfer> HostBackend::do_read(const Storage& from, std::size_t at, std::size_t bytes) {
  AlignedBuffer host(bytes);
  std::copy_n(bytes_of(from) + at, bytes, host.data());
  return std::make_unique<HostTransfer>(std::move(host));
}

}  // namespace zf::cpu
