#include "core/train/training_pass.h"

#include <algorithm>
#include <cmath>

#include "core/tensor/error.h"

namespace zf {

BatchResult TrainingPass::run(const Batch& batch, std::uint64_t seed, double rate) {
  Backend& backend = net_->backend();
  backend.upload(batch.images, images_);
  net_->forward_training(images_, trace_, seed);
  backend.training().cross_entropy(trace_.output(logits_layer(net_->network())), batch.labels, loss_, signal_.g);
  signal_.at.clear();
  const BatchResult result = score(batch);
  backward(seed, rate);
  return result;
}

void TrainingPass::backward(std::uint64_t seed, double rate) {
  const std::vector<Layer>& layers = net_->network().layers;
  const auto first = std::find_if(layers.begin(), layers.end(), [](const Layer& layer) { return has_weights(layer.op); });
  const auto lowest = static_cast<int>(first - layers.begin());
  for (int i = logits_layer(net_->network()); i >= lowest; --i) {
    const LayerOp& op = layers[static_cast<std::size_t>(i)].op;
    if (const auto* dropout = std::get_if<DropoutLayer>(&op))
      net_->backend().training().dropout(dropout->p, dropout_seed(seed, i), signal_.g);
    const bool learns = has_weights(op);
    if (learns) {
      net_->backend().training().conv_weight_gradient(trace_.input_of(i), signal_.g, net_->weights(i).filters->spec(), weight_gradient_,
                                                      bias_gradient_);
    }
    if (i > lowest) down_.step(i, signal_);
    if (learns) sgd_->step(i, weight_gradient_, bias_gradient_, rate);
  }
}

BatchResult TrainingPass::score(const Batch& batch) {
  const Tensor logits = net_->backend().download(trace_.output(logits_layer(net_->network())));
  const Tensor losses = net_->backend().download(loss_);
  BatchResult result;
  result.photos = static_cast<int>(batch.labels.size());
  const std::size_t classes = logits.shape().item();
  for (std::size_t i = 0; i < batch.labels.size(); ++i) {
    const std::span<const float> scores = logits.values().subspan(i * classes, classes);
    if (std::max_element(scores.begin(), scores.end()) - scores.begin() == batch.labels[i]) ++result.correct;
    result.loss += losses.values()[i];
  }
  if (!std::isfinite(result.loss)) fail("training: expected a finite loss, found {}; a lower rate may help", result.loss);
  return result;
}

}  // namespace zf
