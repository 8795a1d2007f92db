#pragma once

#include <span>
#include <vector>

#include "core/analysis/windows.h"
#include "core/nn/net.h"

namespace zf {

/// Windows of changed values on some value's maps: item k of `values` (N, C, h, w) lies at at[k] of image 0's maps, within them.
struct Changes {
  DeviceTensor values;
  std::vector<Window> at;
};

/// Carries changes of a clean trace's only image up through the layers, computing only windows that they reach: each layer gathers
/// what its window reads from the clean maps, lays the changes over it and runs the ordinary operation without padding. Convolutions
/// of maps, being linear, take only the differences, whose windows are smaller as they need no surroundings, and add the clean sums.
/// The result is that part of the whole result, to rounding. Net and trace must outlive it, and the trace must stay as it is.
class ChangePass {
 public:
  ChangePass(const Net& net, const Trace& clean);

  /// Starts with changes of the image.
  void begin(Changes&& changes);
  /// From what a layer reads to windows of `out` elements of its output, item k's at to[k], within the maps; they must hold all that
  /// the changes reach. Layers that work place by place keep the windows that there are. Every layer below must have had its step.
  void step(int layer, Size out, const std::vector<Window>& to);
  /// The changes of a layer's output, until the last layer that reads it has had its step.
  [[nodiscard]] const Changes& changes(int layer) { return at(layer); }
  /// Takes the changes of what a layer reads.
  [[nodiscard]] Changes take_input(int layer);

  /// Several batches at once through a fully connected layer, whose weights are many: y (N, maps, 1, 1), batch after batch. Takes the
  /// differences in one window that holds all changes, and adds the clean sums.
  void connect(int layer, std::span<const Changes> batches, DeviceTensor& y);

 private:
  struct Up;

  void convolve_differences(int layer, Size out, const std::vector<Window>& to, Changes& result);
  [[nodiscard]] const DeviceTensor& clean_sums(int layer);
  void gather(int layer, Size out, const std::vector<Window>& to, float outside);
  void gather_value(int value, Size size, const std::vector<Window>& from, float outside, DeviceTensor& windows);
  [[nodiscard]] Changes& at(int value) { return changes_[value_index(owner_[value_index(value)])]; }
  [[nodiscard]] DeviceTensor spare();
  void release_inputs(int layer);

  const Net* net_;
  const Trace* clean_;
  std::vector<int> owner_;           ///< by value, the images first: the value whose changes are its own
  std::vector<int> last_reader_;     ///< of such a value
  std::vector<Changes> changes_;     ///< by value, the images first
  std::vector<DeviceTensor> spare_;  ///< memory for the next ones
  DeviceTensor windows_;
  DeviceTensor joined_;  ///< windows of several batches
  DeviceTensor differences_;
  DeviceSwitches switches_;
  std::vector<Window> from_;
  std::vector<Window> reached_;
  std::vector<DeviceTensor> sums_;  ///< of layers with filters on the clean image, before their ReLU
};

/// The rows of every layer's output, up to and including layer `last`, that a change in these rows of the input reaches.
[[nodiscard]] std::vector<Extent> reached_rows(const Net& net, Extent rows, int last);
/// The same for columns.
[[nodiscard]] std::vector<Extent> reached_columns(const Net& net, Extent columns, int last);

}  // namespace zf
