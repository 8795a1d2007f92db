#pragma once

#include <vector>

#include "core/analysis/windows.h"
#include "core/nn/net.h"

namespace zf {

/// Windows of changed values on some layer's maps: item k of `values` (N, C, h, w) lies at at[k] of image 0's maps, within them.
struct Changes {
  DeviceTensor values;
  std::vector<Window> at;
};

/// Carries changes of a clean trace's only image up through the layers, computing only the windows that they reach: each layer
/// gathers its window with its surroundings from the clean maps, lays the changes over it and runs the ordinary operation without
/// padding. The result is exactly the changed part of the whole result. Net and trace must outlive it.
class ChangePass {
 public:
  ChangePass(const Net& net, const Trace& clean) : net_(&net), clean_(&clean) {}

  /// From layer's input to its output. All items must reach windows of one size. False where they reach nothing, because a
  /// stride beyond the kernel skips them: the layer's output is the clean one, and so is everything above.
  [[nodiscard]] bool step(int layer, Changes& changes);

 private:
  [[nodiscard]] bool gather(const DeviceTensor& clean, Stencil rows, Stencil columns, const Shape& out, float outside, Changes& changes);

  const Net* net_;
  const Trace* clean_;
  DeviceTensor windows_;
  DeviceTensor next_;
  DeviceSwitches switches_;
  std::vector<Window> from_;
  std::vector<Window> to_;
};

/// How many rows of every layer's output, up to and including layer `last`, a change in these rows of the input reaches. Changes
/// of equal sizes at every layer can go through a ChangePass as one batch.
[[nodiscard]] std::vector<int> reached_row_counts(const Net& net, Extent rows, int last);
/// The same for columns.
[[nodiscard]] std::vector<int> reached_column_counts(const Net& net, Extent columns, int last);

}  // namespace zf
