#pragma once

#include <vector>

#include "core/nn/net.h"

namespace zf {

/// A forward pass that runs again only what follows from values which are replaced, bottom up. All else is as in a clean trace of one
/// image, which stands for every item, or of as many images as there are items. Net and traces must outlive it; both traces may not be
/// one.
class PartialForward {
 public:
  PartialForward(const Net& net, const Trace& clean, Trace& trace);

  /// Puts maps (N, C, H, W) in the place of a layer's output, N the same for all. Throws for a layer that is not above all that ran.
  void replace(int layer, const DeviceTensor& maps);
  /// Runs up to and including layer `last`.
  void run(int last);
  /// What a layer up to the last that ran gives, with all that was replaced.
  [[nodiscard]] const DeviceTensor& output(int layer) const;

 private:
  [[nodiscard]] bool follows(int value) const { return value != kPicture && changed_[static_cast<std::size_t>(value)]; }
  void borrow(int value);

  const Net* net_;
  const Trace* clean_;
  Trace* trace_;
  std::vector<bool> changed_;  ///< layers whose output is not the clean one
  int next_ = 0;               ///< the lowest layer that did not run
  int items_ = 0;
};

}  // namespace zf
