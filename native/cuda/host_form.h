#pragma once

#include <memory>

#include "core/backend/backend.h"

namespace zf {

/// The CUDA backend's own code on this processor: the same kernels and the same sequences of them, a thread after the other, with
/// plain products in cuBLAS's place and little workspace. For tests on machines without a card; slow.
[[nodiscard]] std::unique_ptr<Backend> make_cuda_host_form();

}  // namespace zf
