#pragma once

#include <string>
#include <vector>

#include "core/exchange/layer_names.h"
#include "core/exchange/network_parts.h"
#include "core/exchange/state_dict.h"

namespace zf {

/// Says what a PyTorch module's forward() does in our layers, with weights out of its state dict. Values are numbers of layers, or
/// kPicture. A tensor that is not there or of another shape than the layer needs throws, with its name and both shapes.
class ModuleBuilder {
 public:
  /// Images of side x side pixels with as many channels as the first convolution's weights, a tensor of the dict, have.
  ModuleBuilder(StateDict& dict, const std::string& first_weight, int side);

  [[nodiscard]] bool has(const std::string& tensor) const { return dict_.has(tensor); }
  [[nodiscard]] const StateDict& dict() const { return dict_; }
  /// Of one image.
  [[nodiscard]] Shape shape(int value) const;

  /// nn.Conv2d. `op.maps` of 0: as many as the weights are.
  int conv(int x, const std::string& module, ConvLayer op);
  /// nn.Conv2d without bias, and the nn.BatchNorm2d `norm` behind it.
  int normalised_conv(int x, const std::string& conv, const std::string& norm, ConvLayer op);
  /// nn.BatchNorm2d, as what it computes when it does not train.
  int batch_norm(int x, const std::string& module, float epsilon = 1e-5F);
  /// nn.Linear, or a convolution that covers its maps.
  int linear(int x, const std::string& module);
  /// A module without weights, or a function that `module` calls.
  int apply(int x, const std::string& module, const LayerOp& op) { return add(op, module, {x}); }
  int join(std::vector<int> inputs, const std::string& module, const LayerOp& op) { return add(op, module, std::move(inputs)); }
  int relu(int x, const std::string& module) { return apply(x, module, ReluLayer{}); }
  /// nn.AdaptiveAvgPool2d of maps whose sides are a multiple of `side`.
  int adaptive_pool(int x, const std::string& module, int side);

  /// The network, simplified; leaves the builder empty.
  [[nodiscard]] NetworkParts finish();

 private:
  int add(const LayerOp& op, const std::string& module, std::vector<int> inputs, bool has_weights = false);
  void set(int layer, const char* role, Tensor tensor);

  StateDict& dict_;
  NetworkParts parts_;
  std::vector<Shape> shapes_;
  LayerNames names_;
};

}  // namespace zf
