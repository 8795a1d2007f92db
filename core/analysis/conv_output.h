#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/nn/network.h"
#include "core/nn/receptive_field.h"

namespace zf {

/// A conv layer as a viewer sees it: its maps after the ReLU behind it.
struct ConvOutput {
  std::string name;
  int layer = 0;  ///< find_layer(name)
  Shape maps;     ///< for one image
  ReceptiveField field;
};

/// The conv layers of these names, or all of them, bottom up. Throws with the list of conv layers where a name is none or
/// stands twice.
[[nodiscard]] std::vector<ConvOutput> conv_outputs(const Network& network, std::span<const std::string> names = {});

}  // namespace zf
