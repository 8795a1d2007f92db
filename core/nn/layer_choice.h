#pragma once

#include <string>

#include "core/nn/network.h"

namespace zf {

/// A layer that a user named.
struct LayerChoice {
  int index = 0;      ///< as find_layer gives
  std::string label;  ///< "layer 7 (fc7)", or the name as given
};

/// A number means the paper's "layer k", the end of stage k; anything else is a viewer's name such as conv5. Throws with what
/// exists; layers end with the class scores.
[[nodiscard]] LayerChoice choose_layer(const Network& network, const std::string& text);

}  // namespace zf
