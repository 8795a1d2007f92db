#pragma once

#include "core/viewer/ui.h"

namespace zf::viewer {

/// Table 3: the error rates of networks that were retrained without some of their layers or with other widths, beside the
/// paper's; without a table the paper's alone, and how to make one.
void draw_retrained(const Ui& ui, float width, float height);

/// What was changed in a row of Table 3, in words.
[[nodiscard]] const char* variant_words(std::size_t row);

}  // namespace zf::viewer
