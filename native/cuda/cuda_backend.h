#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/backend/backend.h"

/// The backend on NVIDIA's cards. Needs no CUDA to be included; the target zf_cuda is there where nvcc is.
namespace zf {

struct CudaOptions {
  bool tf32 = false;  ///< products round their factors to 10 bits of mantissa, which tensor cores multiply much faster
  int device = 0;     ///< CUDA's number of the card
};

/// A card as its driver describes it.
struct CudaCard {
  std::string name;
  int major = 0;  ///< of its compute capability
  int minor = 0;
  std::size_t memory = 0;  ///< bytes
};

/// How many cards the driver shows this process; 0 without a driver.
[[nodiscard]] int cuda_cards();

/// The card, if a backend can run on it. Throws an Error that says what was found and what to do.
[[nodiscard]] CudaCard probe_cuda(int device = 0);

/// Throws as probe_cuda does, and where cuBLAS cannot be loaded.
[[nodiscard]] std::unique_ptr<Backend> make_cuda_backend(const CudaOptions& options = {});

}  // namespace zf
