#pragma once

#include <vector>

#include "core/nn/net.h"

namespace zf {

/// A backward signal at some value, a layer's output or the images: item k of g (N, C, h, w) lies at at[k] of its maps. Without windows
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

/// Carries signals down through a forward trace: section 2.1's unpooling, rectification and filtering, or the gradient. What is linear is
/// transposed, smooth functions pass their derivative under every rule, and signals that meet where branches part are added.
/// A signal on windows grows as far as it can reach, clipped to the maps, so that windows give exactly what whole maps give.
class BackwardPass {
 public:
  BackwardPass(const Net& net, const Trace& trace, Rule rule, LrnBackward lrn);

  /// From the output of layer `top` to the pixels.
  void run(int top, Signal& signal);

  // The same layer by layer.

  void begin(int top, Signal&& signal);
  /// The highest layer whose output has a signal: all that reads it has added its own. -1 where only the images have one, or nothing.
  [[nodiscard]] int layer() const { return layer_; }
  /// The signal at its output.
  [[nodiscard]] Signal& signal() { return at(layer_); }
  /// From its output to all that it reads. Dropout passes (training handles its own); softmax is an error.
  void step();
  /// Takes its signal away, so that what it reads gets none.
  void drop();
  /// The signal at the images, where one has come.
  [[nodiscard]] Signal take_images();

 private:
  struct Down;

  [[nodiscard]] Signal& at(int value) { return signals_[value_index(value)]; }
  [[nodiscard]] bool has_signal(int value) const { return here_[value_index(value)]; }
  [[nodiscard]] Signal take(int value);
  void give(int value, Signal&& part);
  [[nodiscard]] Signal sum(Signal&& a, Signal&& b, const Shape& maps);
  [[nodiscard]] DeviceTensor spare();
  void next_layer();

  const Net* net_;
  const Trace* trace_;
  Rule rule_;
  LrnBackward lrn_;
  std::vector<Signal> signals_;      ///< by value, the images first
  std::vector<bool> here_;           ///< whether a signal stands there
  std::vector<DeviceTensor> spare_;  ///< memory for the next ones
  int layer_ = -1;
};

}  // namespace zf
