#pragma once

#include <imgui.h>

#include "tests/viewer/test_host.h"

namespace zf::testing {

/// The stage's last frame as a picture: ImGui's triangles drawn on the processor, as a graphics card draws them but without antialiasing of
/// its own.
[[nodiscard]] Picture rasterise(const Stage& stage);

}  // namespace zf::testing
