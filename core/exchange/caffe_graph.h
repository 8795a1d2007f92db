#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/exchange/caffe_file.h"

namespace zf::caffe {

using Dims = std::vector<std::int64_t>;

/// A layer of the file that the output needs. Values are numbered; a layer that works in place gives a new one.
struct Node {
  std::string name;
  std::string type;  ///< as new files have it: "InnerProduct"
  const Message* message = nullptr;
  std::vector<int> inputs;
  std::vector<int> outputs;
};

/// What a Data layer does to images.
struct Transform {
  std::optional<float> scale{};
  std::vector<float> mean{};  ///< one, or one a channel
  std::string mean_file{};
};

struct Graph {
  std::string name;
  std::vector<Node> nodes;  ///< in an order of computation
  int input = -1;
  Dims input_dims;  ///< of one image: 1, C, H, W
  int output = -1;
  std::optional<Transform> transform;
  std::vector<std::string> notes;
};

struct GraphOptions {
  int size = 0;        ///< height and width of the images where the file leaves them open
  std::string output;  ///< the top or layer to end with; empty: the last one that nobody reads
};

/// The network of a prototxt or caffemodel as it runs in the phase TEST, without losses and what the output does not need. `net` must
/// outlive it; `weights` tell how many channels the images have where the file does not. Throws where layers or images are missing.
[[nodiscard]] Graph build_graph(const Message& net, const WeightsFile& weights, const GraphOptions& options);

}  // namespace zf::caffe
