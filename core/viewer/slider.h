#pragma once

#include <string>

#include "core/figures/axis.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// A value on a track between two ends, dragged or clicked; true where it moved. `zero` is where the track's filled part begins.
bool slider(const Ui& ui, const std::string& name, double& value, const Interval& range, double zero, float width);

}  // namespace zf::viewer
