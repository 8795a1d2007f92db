#pragma once

#include <span>

#include "core/backend/backend.h"

namespace zf::opengl {

/// Computes a small convolution and a transposed one of odd sizes, and again on the host: there are drivers that compile wrongly, without
/// a word. Throws DeviceError that says what differed.
void check_convolutions(Backend& backend);

/// Throws DeviceError where a value is farther from what it should be than rounding explains.
void expect_close(const char* what, std::span<const float> found, std::span<const double> expected);

}  // namespace zf::opengl
