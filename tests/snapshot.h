#pragma once

#include <string>

#include "core/figures/picture.h"

namespace zf::testing {

/// Compares a picture with tests/fixtures/snapshots/NAME.png, both reduced to a size that shows what people see and hides by a grey level
/// how a machine rounds. Where they differ, fails the test and leaves what was drawn in the working directory; with ZF_UPDATE_SNAPSHOTS
/// set, keeps the picture as the snapshot instead: look at it first. Skips the test where the font is another version.
void expect_snapshot(const std::string& name, const Picture& picture);

}  // namespace zf::testing
