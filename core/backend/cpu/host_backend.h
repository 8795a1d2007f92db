#pragma once

#include <memory>
#include <vector>

#include "core/backend/backend.h"

namespace zf::cpu {

/// The half of a backend that lives in host memory: storage and transfers, without threads.
class HostBackend : public Backend {
 protected:
  [[nodiscard]] std::shared_ptr<Storage> allocate(std::size_t bytes) final;
  void do_upload(const Tensor& host, DeviceTensor& device) final;
  [[nodiscard]] std::shared_ptr<Storage> adopt(AlignedBuffer&& host) final;
  void do_fill(DeviceTensor& tensor, float value) final;
  [[nodiscard]] std::unique_ptr<Readback> do_read(const DeviceTensor& tensor, int first, int items) final;
  [[nodiscard]] std::vector<std::uint32_t> do_download(const DeviceSwitches& switches) final;
};

}  // namespace zf::cpu
