#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/nn/network.h"
#include "core/nn/zoo.h"

namespace zf {

// Edits of a network, as in Table 3. Each returns the edited network, throws where a name is not a conv or linear layer
// (with the list of those) and where the result does not fit together.

/// Without the named conv or linear layers and the ReLU and dropout behind each; pooling and normalisation stay.
/// The layer that gives the class scores cannot go.
[[nodiscard]] Network without(Network network, const std::vector<std::string>& layers);

/// With `maps` filters in a conv layer.
[[nodiscard]] Network with_maps(Network network, std::string_view layer, int maps);

/// With `units` units in a linear layer.
[[nodiscard]] Network with_units(Network network, std::string_view layer, int units);

/// With so many class scores: `classes` units or maps in the conv or linear layer that the scores come from, through layers without
/// weights. Throws where branches join behind it.
[[nodiscard]] Network with_classes(Network network, int classes);

/// The twelve networks of Table 3, in its order and named for what was changed: "alexnet", "alexnet-without-3-4", ...,
/// "zfnet-conv-512-1024-512-fc-8192". With other options than the paper's the names' numbers scale along.
[[nodiscard]] std::vector<Network> table3_variants(const ZooOptions& options);

}  // namespace zf
