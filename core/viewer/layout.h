#pragma once

#include <cstdint>

#include "core/viewer/ui.h"

namespace zf::viewer {

/// How many columns stand side by side; what has none moves below another, or onto a page of its own.
enum class Columns : std::uint8_t {
  kOne,    ///< photo, network and unit on a page each, chosen at the bottom
  kTwo,    ///< photo and unit above each other at the left
  kThree,  ///< photo, network, unit
};

struct Layout {
  Columns columns = Columns::kThree;
  Box top;     ///< the bar with the program's buttons
  Box left;    ///< photo and prediction
  Box middle;  ///< network, and the tabs below it
  Box right;   ///< the chosen unit; of size 0 where there are two columns
  Box bottom;  ///< the pages of one column; else of size 0
};

/// For a window of width x height pixels whose design pixels are `scale` of its own. Boxes are never negative.
[[nodiscard]] Layout lay_out(float width, float height, float scale);

}  // namespace zf::viewer
