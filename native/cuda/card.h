#pragma once

#include <cuda_runtime_api.h>

#include <optional>
#include <string>

#include "core/backend/backend.h"

namespace zf::cuda {

/// The card that a backend computes on, for other libraries that work there.
struct Card {
  int index = 0;                  ///< CUDA's number, which is this process's own
  std::string bus;                ///< where it is on this machine: "0000:3B:00.0"
  cudaStream_t stream = nullptr;  ///< on which the backend's work happens, in the order of the calls
};

/// Nothing where the backend computes elsewhere.
[[nodiscard]] std::optional<Card> card_of(Backend& backend);

}  // namespace zf::cuda
