#pragma once

#include <vector>

#include "core/nn/net.h"

namespace zf {

/// A backward signal at some layer's output: item k of g (N, C, h, w) lies at at[k] of the layer's maps. Without windows
/// item k is the whole map of image k.
struct Signal {
  DeviceTensor g;
  std::vector<Window> at;
};

/// What a normalisation does to a backward signal. The paper's deconvnet passes it through.
enum class LrnBackward : std::uint8_t { kPass, kDerivative };

/// The window of a layer's input that one of `window` elements of its output can reach, at most the whole map.
[[nodiscard]] Size reached_window(const LayerOp& op, const Shape& in, Size window);

/// The last layer whose part of the trace (maps or switches) a signal from the output of `top` reads on its way to the pixels; -1
/// where it reads none. The paper's deconvnet reads only switches: a forward pass to the highest pooling is all that it needs.
[[nodiscard]] int last_traced_layer(const Network& network, int top, Rule rule, LrnBackward lrn);

/// Carries signals down through a forward trace: section 2.1's unpooling, rectification and filtering, or the gradient.
/// A signal on windows grows as far as it can reach, clipped to the maps, so that windows give exactly what whole maps give.
class BackwardPass {
 public:
  BackwardPass(const Net& net, const Trace& trace, Rule rule, LrnBackward lrn) : net_(&net), trace_(&trace), rule_(rule), lrn_(lrn) {}

  /// From the output of `layer` to its input. Dropout passes (training handles its own); softmax is an error.
  void step(int layer, Signal& signal);
  /// From the output of layer `top` to the pixels.
  void run(int top, Signal& signal);

 private:
  void place(const LayerOp& op, const Shape& in, const Signal& signal, Size& out);

  const Net* net_;
  const Trace* trace_;
  Rule rule_;
  LrnBackward lrn_;
  Signal next_;
};

}  // namespace zf
