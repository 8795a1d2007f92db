#pragma once

#include <array>
#include <string>

#include "core/viewer/corresponding.h"
#include "core/viewer/probing.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

// Pictures of the paper's experiments as PNG with their numbers beside them, to where the host saves.

/// Fig. 5 of the photo at those layers, with a line a transform that is measured (CSV).
void save_invariance(const Ui& ui, const CurvesView& view, const std::array<std::string, 2>& layers, int label);

/// The masked faces of Fig. 8, with Table 1 (JSON).
void save_correspondence(const Ui& ui, const CorrespondenceView& view);

/// Where the parts of all whole faces are (CSV).
void save_points(const Ui& ui);

/// The validation errors of Table 3 here beside the paper's, with all its numbers (JSON).
void save_retrained(const Ui& ui);

}  // namespace zf::viewer
