#include "core/train/training_pass.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

TrainingPass::TrainingPass(Net& net, Sgd& sgd, Ranks* ranks)
    : net_(&net),
      sgd_(&sgd),
      ranks_(ranks == nullptr ? &alone_ : ranks),
      down_(net, trace_, Rule::kGradient, LrnBackward::kDerivative),
      gradients_(ranks_->size() > 1 ? net.network().layers.size() : 1) {
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
  const Part part = part_of(static_cast<int>(batch.labels.size()));
  if (part.photos == 0) fail("training: expected a batch with photos that can be read, found none");
  batch_photos_ = part.photos;
  BatchResult own;
  if (batch.labels.empty()) {
    learn_nothing();
  } else {
    own = run_part(batch, {seed, part.first}, rate);
  }
  finish_buckets(rate);
  if (ranks_->size() == 1) return own;
  BatchResult all;
  for (const BatchResult& one : gather_values(*ranks_, own)) {
    all.loss += one.loss;
    all.correct += one.correct;
    all.photos += one.photos;
  }
  return all;
}

/// Only photos that can be read count, as in the batch of a single process.
TrainingPass::Part TrainingPass::part_of(int photos) {
  if (ranks_->size() == 1) return {0, photos};
  Part part;
  const std::vector<int> counts = gather_values(*ranks_, photos);
  for (int rank = 0; rank < ranks_->size(); ++rank) {
    if (rank < ranks_->rank()) part.first += counts[static_cast<std::size_t>(rank)];
    part.photos += counts[static_cast<std::size_t>(rank)];
  }
  return part;
}

BatchResult TrainingPass::run_part(const Batch& batch, const DropoutPass& dropout, double rate) {
  Backend& backend = net_->backend();
  backend.upload(batch.images, images_);
  net_->forward_training(images_, trace_, dropout);
  backend.training().cross_entropy(trace_.output(logits_layer(net_->network())), batch.labels, loss_, signal_.g);
  signal_.at.clear();
  weigh(static_cast<int>(batch.labels.size()));
  Readback logits = backend.read(trace_.output(logits_layer(net_->network())));
  Readback losses = backend.read(loss_);
  // A device that has not answered yet goes on with the backward pass meanwhile.
  if (logits.ready() && losses.ready()) {
    const BatchResult result = score(batch, logits.take(), losses.take());
    backward(dropout, rate);
    return result;
  }
  backward(dropout, rate);
  return score(batch, logits.take(), losses.take());
}

/// The signal is that of the mean loss of this rank's photos: makes it their part of the batch's mean.
void TrainingPass::weigh(int photos) {
  if (photos == batch_photos_) return;
  Backend& backend = net_->backend();
  backend.resize(weights_of_photos_, signal_.g.shape());
  backend.fill(weights_of_photos_, static_cast<float>(photos) / static_cast<float>(batch_photos_));
  backend.multiply(signal_.g, weights_of_photos_, weighed_);
  std::swap(signal_.g, weighed_);
}

void TrainingPass::backward(const DropoutPass& dropout, double rate) {
  Training& training = net_->backend().training();
  down_.begin(logits_layer(net_->network()), std::move(signal_));
  while (down_.layer() >= 0) {
    const int layer = down_.layer();
    const LayerOp& op = net_->network().layers[static_cast<std::size_t>(layer)].op;
    DeviceTensor& g = down_.signal().g;
    if (const auto* drop = std::get_if<DropoutLayer>(&op)) {
      training.dropout(drop->p, dropout_seed(dropout.seed, layer), g, dropout.first_item);
    }
    const bool learns = has_filters(op);
    if (learns) {
      Gradients& gradients = gradients_of(layer);
      training.conv_weight_gradient(net_->input_of(trace_, layer), g, net_->weights(layer).filters->spec(), gradients.weight,
                                    gradients.bias);
    }
    if (learns_below_[static_cast<std::size_t>(layer)]) {
      down_.step();
    } else {
      down_.drop();
    }
    if (learns) learn(layer, rate);
    ranks_->poke();
  }
}

TrainingPass::Gradients& TrainingPass::gradients_of(int layer) {
  return ranks_->size() > 1 ? gradients_[static_cast<std::size_t>(layer)] : gradients_.front();
}

/// At once, or once all ranks' gradients are there.
void TrainingPass::learn(int layer, double rate) {
  if (ranks_->size() == 1) return sgd_->step(layer, gradients_.front().weight, gradients_.front().bias, rate);
  constexpr std::size_t kBucketBytes = std::size_t{4} << 20U;
  waiting_.push_back(layer);
  waiting_bytes_ += gradients_of(layer).weight.bytes() + gradients_of(layer).bias.bytes();
  if (waiting_bytes_ >= kBucketBytes) send_bucket();
}

/// Of a rank without photos: gradients of 0, in the order in which the others send theirs.
void TrainingPass::learn_nothing() {
  Backend& backend = net_->backend();
  for (int layer = logits_layer(net_->network()); layer >= 0; --layer) {
    if (!has_filters(net_->network().layers[static_cast<std::size_t>(layer)].op)) continue;
    Gradients& gradients = gradients_of(layer);
    backend.resize(gradients.weight, net_->weights(layer).weight.shape());
    backend.resize(gradients.bias, net_->weights(layer).bias.shape());
    backend.fill(gradients.weight, 0);
    backend.fill(gradients.bias, 0);
    learn(layer, 0);
  }
}

void TrainingPass::send_bucket() {
  if (waiting_.empty()) return;
  std::vector<DeviceTensor*> tensors;
  for (const int layer : waiting_) {
    tensors.push_back(&gradients_of(layer).weight);
    tensors.push_back(&gradients_of(layer).bias);
  }
  buckets_.push_back({std::exchange(waiting_, {}), ranks_->start_sum(net_->backend(), std::move(tensors))});
  waiting_bytes_ = 0;
}

void TrainingPass::finish_buckets(double rate) {
  send_bucket();
  for (; !buckets_.empty(); buckets_.pop_front()) {
    buckets_.front().sum->wait();
    for (const int layer : buckets_.front().layers) sgd_->step(layer, gradients_of(layer).weight, gradients_of(layer).bias, rate);
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
