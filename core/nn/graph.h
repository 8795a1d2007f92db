#pragma once

#include <span>
#include <vector>

#include "core/nn/network.h"

namespace zf {

/// Who reads whom in a network. A value is what a layer gives, by the layer's number, or the images (kPicture). The only place that
/// knows neighbours; layers stand in an order of computation, so that a layer's inputs are below it and its readers above.
class Graph {
 public:
  /// Throws where a layer reads what is not below it, or where nothing reads a layer but the last.
  explicit Graph(const Network& network);

  [[nodiscard]] int layers() const { return static_cast<int>(inputs_.size()); }
  /// The values that a layer reads, in its order.
  [[nodiscard]] std::span<const int> inputs(int layer) const { return inputs_.at(static_cast<std::size_t>(layer)); }
  /// The one value, or the first, that a layer reads.
  [[nodiscard]] int input(int layer) const { return inputs(layer).front(); }
  /// The layers that read a value, bottom up.
  [[nodiscard]] std::span<const int> readers(int value) const { return readers_.at(value_index(value)); }
  /// The layer that alone reads a value; -1 where several do, or none.
  [[nodiscard]] int only_reader(int value) const { return readers(value).size() == 1 ? readers(value).front() : -1; }

  /// For every layer whether it follows from `value`; `value` itself counts.
  [[nodiscard]] std::vector<bool> descendants(int value) const;
  /// For every layer whether `value` follows from it; `value` itself counts.
  [[nodiscard]] std::vector<bool> ancestors(int value) const;

 private:
  std::vector<std::vector<int>> inputs_;   ///< by layer
  std::vector<std::vector<int>> readers_;  ///< by value, the images first
};

}  // namespace zf
