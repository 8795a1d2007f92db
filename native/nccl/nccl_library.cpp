#include "native/nccl/nccl_library.h"

#include <optional>

#include "core/backend/device_error.h"
#include "native/cuda/nvidia_library.h"

namespace zf {

namespace {

std::optional<NcclLibrary> load() {
  void* const library = cuda::open_nvidia_library(fmt::format("libnccl.so.{}", NCCL_MAJOR));
  if (library == nullptr) return std::nullopt;
  NcclLibrary found;
  const auto find = [&](const char* name, auto*& function) { cuda::find_function(library, "NCCL", name, function); };
  find("ncclGetVersion", found.version);
  find("ncclGetUniqueId", found.unique_id);
  find("ncclCommInitRank", found.join);
  find("ncclCommDestroy", found.leave);
  find("ncclCommGetAsyncError", found.async_error);
  find("ncclGroupStart", found.group_start);
  find("ncclGroupEnd", found.group_end);
  find("ncclAllReduce", found.all_reduce);
  find("ncclGetErrorString", found.error_string);
  return found;
}

}  // namespace

void NcclLibrary::check(ncclResult_t status, const char* call) const {
  if (status != ncclSuccess) device_failed("NCCL: expected {} to succeed, found: {}", call, error_string(status));
}

const NcclLibrary* nccl_library() {
  static const std::optional<NcclLibrary> loaded = load();
  return loaded ? &*loaded : nullptr;
}

}  // namespace zf
