#pragma once

#include <string>
#include <vector>

#include "core/io/preprocess.h"
#include "core/nn/net.h"
#include "core/train/recipe.h"

namespace zf {

/// Stochastic gradient descent with momentum and the paper's limit on the size of filters (section 3), for one net.
class Sgd {
 public:
  /// Velocities start at 0. `net` must outlive this.
  Sgd(Net& net, const Recipe& recipe, const Preprocess& preprocess);

  /// Moves a layer's weights against their gradients, limits its filters and packs them.
  void step(int layer, const DeviceTensor& weight_gradient, const DeviceTensor& bias_gradient, double rate);

  /// By the names of their weights.
  [[nodiscard]] Parameters velocities() const;
  /// Throws where one is missing or of another size.
  void restore(Parameters velocities);

  /// The largest RMS of a filter of `layer`; 0 where there is none (fully connected layers, no limit asked for).
  [[nodiscard]] float limit(int layer) const { return layers_.at(static_cast<std::size_t>(layer)).limit; }

 private:
  struct Velocity {
    std::string name;  ///< of the tensor that moves
    DeviceTensor values;
  };
  struct Layer {
    Velocity weight;
    Velocity bias;  ///< empty where there is none
    float limit = 0;
  };

  Net* net_;
  Recipe recipe_;
  std::vector<Layer> layers_;
};

}  // namespace zf
