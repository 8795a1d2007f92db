#pragma once

#include <nccl.h>

namespace zf {

/// What is called of NVIDIA's library of collective operations. It is loaded when ranks with cards meet, so that a program which can use
/// it starts where it is missing.
struct NcclLibrary {
  decltype(ncclGetVersion)* version = nullptr;
  decltype(ncclGetUniqueId)* unique_id = nullptr;
  decltype(ncclCommInitRank)* join = nullptr;
  decltype(ncclCommDestroy)* leave = nullptr;
  decltype(ncclCommGetAsyncError)* async_error = nullptr;
  decltype(ncclGroupStart)* group_start = nullptr;
  decltype(ncclGroupEnd)* group_end = nullptr;
  decltype(ncclAllReduce)* all_reduce = nullptr;
  decltype(ncclGetErrorString)* error_string = nullptr;

  /// Throws DeviceError where a call failed.
  void check(ncclResult_t status, const char* call) const;
};

/// Null where there is none.
[[nodiscard]] const NcclLibrary* nccl_library();

}  // namespace zf
