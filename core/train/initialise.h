#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/nn/net.h"
#include "core/train/recipe.h"

namespace zf {

/// Random normal weights, biases 0, for every conv and linear layer. kHe: a deviation of sqrt(2 / inputs), a twentieth of it in the
/// first layer, 0.01 in the last. The numbers of a layer follow from the seed and its name's
/// place among the layers.
[[nodiscard]] Parameters initialise(const Network& network, Initialisation how, std::uint64_t seed);

/// What a warm start left as it was, and why: "fc6.weight: 1024x4608, found 1024x1152".
struct WarmStart {
  int taken = 0;
  std::vector<std::string> left;
};

/// Moves the tensors of `source` over those of `parameters` that have the same name and shape.
[[nodiscard]] WarmStart warm_start(Parameters& parameters, Parameters source);

}  // namespace zf
