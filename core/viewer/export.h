#pragma once

#include "core/viewer/ui.h"

namespace zf::viewer {

// Pictures as PNG with their numbers as JSON beside them, to where the host saves. What happened is told in a notice.

/// All maps of the chosen layer, with every map's strongest activation and place.
void save_grid(const Ui& ui);
/// The chosen unit's patch and projections, with its place, value and field.
void save_unit(const Ui& ui);

}  // namespace zf::viewer
