#pragma once

#include "core/backend/backend.h"

namespace zf {

/// How long a convolution of the middle of a network takes once warm, upload and read-back of its result included; the least of a few.
[[nodiscard]] double seconds_of_convolution(Backend& backend);

}  // namespace zf
