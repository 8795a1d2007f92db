#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "native/cuda/kernels.h"

namespace zf::cuda {

/// Queues a kernel's `count` threads, or blocks; at least one.
[[nodiscard]] cudaError_t launch_on(cudaStream_t stream, std::size_t count, const Kernel& kernel);

}  // namespace zf::cuda
