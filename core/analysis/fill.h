#pragma once

#include <string>
#include <vector>

#include "core/io/preprocess.h"

namespace zf {

/// What covers a part of a photo, "mean", "grey" or "R,G,B" (0-255), as a value a channel of the preprocessed input; empty for the mean,
/// which is 0. Throws where the text is none of these.
[[nodiscard]] std::vector<float> fill_values(const std::string& text, const Preprocess& preprocess);

}  // namespace zf
