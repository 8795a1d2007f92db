#pragma once

#include <cuda_runtime_api.h>

#include <memory>

#include "native/cuda/device.h"

namespace zf::cuda {

/// NVIDIA's products of matrices. The library is hundreds of MB, so it is loaded when the first card is used, and a program that can
/// use it also starts where it is missing.
class Cublas {
 public:
  /// Loads the library where that has not happened yet. Throws Error naming what to install. `workspace` is the card's memory, for this
  /// alone, so that equal products always take the same way.
  Cublas(cudaStream_t stream, bool tf32, void* workspace, std::size_t workspace_bytes);
  Cublas(const Cublas&) = delete;
  Cublas& operator=(const Cublas&) = delete;
  ~Cublas();

  void multiply(const Product& product) const;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace zf::cuda
