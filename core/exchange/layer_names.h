#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/nn/layer.h"

namespace zf {

/// Names for layers of other people's files: plain (letters, digits, '_', '-' and '.'), different and at most 64 characters, after the
/// file's own names as far as those say something.
class LayerNames {
 public:
  /// `exact`: a file that we wrote, whose nodes are named as our layers.
  explicit LayerNames(bool exact = false) : exact_(exact) {}

  /// A name for a layer that computes `op`: of the tensor of its weights ("features.0.weight"), else of the node ("/layer1/layer1.0/Relu"
  /// whose operator is "Relu"), else of its type and how many there were ("conv3"). Both may be empty.
  [[nodiscard]] std::string name(const LayerOp& op, std::string_view weights, std::string_view node, std::string_view node_op);
  /// A layer's own name, of a file that names layers as we do: "conv1", "fire2/squeeze1x1".
  [[nodiscard]] std::string keep(const LayerOp& op, std::string_view layer);

 private:
  [[nodiscard]] std::string unique(const std::string& wanted);

  bool exact_;
  std::set<std::string> used_;
  std::map<std::string, int> counts_;
};

}  // namespace zf
