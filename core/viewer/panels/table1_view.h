#pragma once

#include "core/viewer/corresponding.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// Table 1: for every part and both layers the mean distance, its deviation over pairs and its interval, the paper's below them.
void draw_table1(const Ui& ui, const CorrespondenceView& view, float width);
/// The height that it takes.
[[nodiscard]] float table1_height(const Ui& ui, std::size_t lines);

}  // namespace zf::viewer
