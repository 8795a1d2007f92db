#pragma once

#include <cstdint>

#include "core/nn/network.h"

namespace zf {

/// The upper part of a network as a network of its own.
struct Top {
  int input = kPicture;  ///< the value of the whole network that it is given
  Network network;       ///< of all layers that follow from that value, under their own names
};

/// The layer of the class scores and, below it, as many fully connected ones as have at most `most_weights` with it, one behind the
/// other, with what stands between them. Throws where the scores come from no conv or linear layer.
[[nodiscard]] Top fully_connected_top(const Network& network, std::int64_t most_weights);

}  // namespace zf
