#pragma once

#include <memory>

#include "core/backend/backend.h"

namespace zf::cpu {

/// The half of a backend that lives in host memory: storage and transfers, without threads.
class HostBackend : public Backend {
 protected:
  [[nodiscard]] std::shared_ptr<Storage> allocate(std::size_t bytes) final;
  [[nodiscard]] std::shared_ptr<Storage> adopt(AlignedBuffer&& host) final;
  [[nodiscard]] std::shared_ptr<Storage> share(const StoredWeights& host) override;
  void do_upload(std::span<const std::byte> from, Storage& to, std::size_t at) final;
  void do_copy(const Storage& from, std::size_t from_at, Storage& to, std::size_t to_at, std::size_t bytes) final;
  void do_fill(Storage& to, std::size_t first, std::size_t count, float value) final;
  [[nodiscard]] std::unique_ptr<Transfer> do_read(const Storage& from, std::size_t at, std::size_t bytes) override;
};

}  // namespace zf::cpu
