#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/nn/net.h"
#include "core/nn/network.h"

namespace zf {

/// A network as it comes out of another program's file.
struct NetworkParts {
  Network network;
  Parameters parameters;
  std::vector<std::string> sources;  ///< by layer: what the file calls the node that ends it
};

/// Folds what stands between layers into them where nothing else reads it: factors and summands a map into the convolution or affine
/// layer below, square padding into the convolution or average pooling above. The network computes the same.
void simplify(NetworkParts& parts);

/// Factors and summands of the channels at the network's very beginning.
struct ChannelScaling {
  std::array<float, 3> scale{};
  std::array<float, 3> shift{};
};
/// Takes a first affine layer of three channels off the network, where nothing else reads the images.
[[nodiscard]] std::optional<ChannelScaling> take_input_scaling(NetworkParts& parts);

}  // namespace zf
