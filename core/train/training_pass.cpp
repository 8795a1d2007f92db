#include "core/train/training_pass.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

TrainingPass::TrainingPass(Net& net, Sgd& sgd) : net_(&net), sgd_(&sgd), down_(net, trace_, Rule::kGradient, LrnBackward::kDerivative) {
  const Graph& graph = net.graph();
  for (int i = 0; i < graph.layers(); ++i) {
    const std::span<const int> inputs = graph.inputs(i);
    learns_below_.push_back(std::any_of(inputs.begin(), inputs.end(), [&](int value) {
      if (value == kPicture) return false;
      const auto below = static_cast<std::size_t>(value);
      return learns_below_[below] || has_filters(net.network().layers[below].op);
    }));
  }
}

BatchResult TrainingPass::run(const Batch& batch, std::uint64_t seed, double rate) {
  Backend& backend = net_->backend();
  backend.upload(batch.images, images_);
  net_->forward_training(images_, trace_, seed);
  backend.training().cross_entropy(trace_.output(logits_layer(net_->network())), batch.labels, loss_, signal_.g);
  signal_.at.clear();
  Readback logits = backend.read(trace_.output(logits_layer(net_->network())));
  Readback losses = backend.read(loss_);
  // A device that has not answered yet goes on with the backward pass meanwhile.
  if (logits.ready() && losses.ready()) {
    const BatchResult result = score(batch, logits.take(), losses.take());
    backward(seed, rate);
    return result;
  }
  backward(seed, rate);
  return score(batch, logits.take(), losses.take());
}

void TrainingPass::backward(std::uint64_t seed, double rate) {
  Training& training = net_->backend().training();
  down_.begin(logits_layer(net_->network()), std::move(signal_));
  while (down_.layer() >= 0) {
    const int layer = down_.layer();
    const LayerOp& op = net_->network().layers[static_cast<std::size_t>(layer)].op;
    DeviceTensor& g = down_.signal().g;
    if (const auto* dropout = std::get_if<DropoutLayer>(&op)) training.dropout(dropout->p, dropout_seed(seed, layer), g);
    const bool learns = has_filters(op);
    if (learns) {
      training.conv_weight_gradient(net_->input_of(trace_, layer), g, net_->weights(layer).filters->spec(), weight_gradient_,
                                    bias_gradient_);
    }
    if (learns_below_[static_cast<std::size_t>(layer)]) {
      down_.step();
    } else {
      down_.drop();
    }
    if (learns) sgd_->step(layer, weight_gradient_, bias_gradient_, rate);
  }
}

BatchResult TrainingPass::score(const Batch& batch, const Tensor& logits, const Tensor& losses) {
  BatchResult result;
  result.photos = static_cast<int>(batch.labels.size());
  const std::size_t classes = logits.shape().item();
  for (std::size_t i = 0; i < batch.labels.size(); ++i) {
    const std::span<const float> scores = logits.values().subspan(i * classes, classes);
    if (std::max_element(scores.begin(), scores.end()) - scores.begin() == batch.labels[i]) ++result.correct;
    result.loss += losses.values()[i];
  }
  if (!std::isfinite(result.loss))
    fail("training: expected a finite loss, found {}; a lower rate goes on from the last checkpoint", result.loss);
  return result;
}

}  // namespace zf
