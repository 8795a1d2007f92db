#pragma once

#include <cuda_runtime_api.h>

#include <memory>
#include <type_traits>

/// CUDA's handles as types that free them, and its errors as ours.
namespace zf::cuda {

/// Throws DeviceError with the call's name and what CUDA says.
void check(cudaError_t status, const char* call);

struct DestroyStream {
  void operator()(cudaStream_t stream) const { (void)cudaStreamDestroy(stream); }
};
using Stream = std::unique_ptr<std::remove_pointer_t<cudaStream_t>, DestroyStream>;
[[nodiscard]] Stream make_stream();

struct DestroyEvent {
  void operator()(cudaEvent_t event) const { (void)cudaEventDestroy(event); }
};
using Event = std::unique_ptr<std::remove_pointer_t<cudaEvent_t>, DestroyEvent>;
[[nodiscard]] Event make_event();

}  // namespace zf::cuda
