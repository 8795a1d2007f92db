#include "core/analysis/invariance.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

double length(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  return std::sqrt(sum);
}

double distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - b[i];
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

int most_probable(std::span<const float> probabilities) {
  return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

}  // namespace

InvarianceProbe::InvarianceProbe(const Net& net, std::array<int, 2> layers, std::vector<float> surround)
    : net_(&net), layers_(layers), surround_(std::move(surround)) {
  const int last = logits_layer(net.network());
  for (const int layer : layers) {
    if (layer < 0 || layer > last) fail("invariance: expected layers up to the class scores (0 to {}), found {}", last, layer);
  }
}

void InvarianceProbe::set_photo(Tensor pixels) {
  pixels_ = std::move(pixels);
  const std::array<Transform, 1> none{};
  forward(none);
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    features_[k] = net_->backend().download(trace_.output(layers_[k]));
    norms_[k] = length(features_[k].values());
  }
  probabilities_ = zf::probabilities(net_->backend().download(trace_.output(logits_layer(net_->network()))).values());
}

std::vector<Response> InvarianceProbe::measure(std::span<const Transform> transforms) {
  check_photo();
  if (transforms.empty()) return {};
  std::vector<Readback> answers = ask(transforms);
  return responses(answers);
}

std::vector<Readback> InvarianceProbe::ask(std::span<const Transform> transforms) {
  check_photo();
  forward(transforms);
  Backend& backend = net_->backend();
  std::vector<Readback> answers;
  for (const int layer : layers_) answers.push_back(backend.read(trace_.output(layer)));
  answers.push_back(backend.read(trace_.output(logits_layer(net_->network()))));
  return answers;
}

std::vector<Response> InvarianceProbe::responses(std::vector<Readback>& answers) const {
  std::vector<Response> responses;
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const Tensor features = answers[k].take();
    responses.resize(static_cast<std::size_t>(features.shape().n));
    for (std::size_t i = 0; i < responses.size(); ++i) responses[i].distance[k] = distance(features.item(i), features_[k].values());
  }
  const Tensor logits = answers.back().take();
  for (std::size_t i = 0; i < responses.size(); ++i) responses[i].probabilities = zf::probabilities(logits.item(i));
  return responses;
}

Tensor InvarianceProbe::view(const Transform& transform) const {
  check_photo();
  const Shape& input = net_->network().input;
  Tensor result = Tensor::uninitialised({1, input.c, input.h, input.w});
  transform_view(pixels_, transform, input.map(), surround_, result.values());
  return result;
}

void InvarianceProbe::forward(std::span<const Transform> transforms) {
  const Shape& input = net_->network().input;
  if (pixels_.shape().c != input.c) fail("invariance: expected a photo of {} channels, found {}", input.c, to_string(pixels_.shape()));
  Tensor batch = Tensor::uninitialised({static_cast<int>(transforms.size()), input.c, input.h, input.w});
  for (std::size_t i = 0; i < transforms.size(); ++i) {
    transform_view(pixels_, transforms[i], input.map(), surround_, batch.values().subspan(i * input.item(), input.item()));
  }
  net_->backend().upload(batch, input_);
  net_->infer(input_, trace_, std::array{layers_[0], layers_[1], logits_layer(net_->network())});
}

void InvarianceProbe::check_photo() const {
  if (pixels_.empty()) fail("invariance: expected a photo to transform, found none");
}

std::vector<float> surround_values(Surround surround, const Preprocess& preprocess) {
  if (surround == Surround::kEdge) return {};
  std::vector<float> values(static_cast<std::size_t>(preprocess.channels()), 0.0F);
  if (surround == Surround::kMean) return values;
  for (std::size_t c = 0; c < values.size(); ++c) {
    values[c] = (static_cast<float>(kMidGrey) * preprocess.scale - preprocess.mean[c]) / preprocess.std[c];
  }
  return values;
}

std::array<std::vector<double>, kAxes> default_amounts(int side) {
  constexpr int kSide = 224;
  constexpr int kStep = 5;
  constexpr int kTranslations = 12;  // to either side
  constexpr int kScales = 16;
  constexpr int kAngles = 36;
  std::array<std::vector<double>, kAxes> amounts;
  const int step = std::max(1, (kStep * side + kSide / 2) / kSide);
  for (int i = -kTranslations; i <= kTranslations; ++i) amounts[0].push_back(i * step);
  for (int i = 0; i <= kScales; ++i) amounts[1].push_back((20 + i) / 20.0);
  for (int i = 0; i < kAngles; ++i) amounts[2].push_back(10 * i);
  return amounts;
}

std::array<std::vector<double>, kAxes> amounts_or_default(std::array<std::vector<double>, kAxes> amounts, int side) {
  const bool given = std::any_of(amounts.begin(), amounts.end(), [](const auto& values) { return !values.empty(); });
  if (!given) return default_amounts(side);
  for (std::vector<double>& values : amounts) std::sort(values.begin(), values.end());
  return amounts;
}

InvarianceJob::InvarianceJob(const Net& net, InvarianceOptions options, std::size_t count, Source photo)
    : options_(std::move(options)), probe_(net, options_.layers, options_.surround), count_(count), photo_(std::move(photo)) {
  if (options_.batch < 1) fail("invariance: expected a batch of at least 1, found {}", options_.batch);
  for (int axis = 0; axis < kAxes; ++axis) {
    for (const double amount : options_.amounts[static_cast<std::size_t>(axis)]) {
      points_.push_back({static_cast<Axis>(axis), amount});
      check(along(points_.back().axis, amount));
    }
  }
  if (points_.empty()) fail("invariance: expected at least one amount of translation, scale or rotation, found none");
}

/// False where there are no more.
bool InvarianceJob::begin_photo() {
  std::optional<InvariancePhoto> next = photo_(records_.size());
  if (!next) {
    count_ = records_.size();
    return false;
  }
  InvariancePhoto& photo = *next;
  probe_.set_photo(std::move(photo.pixels));
  const std::vector<float>& p = probe_.probabilities();
  const int classes = static_cast<int>(p.size());
  if (photo.label >= classes) fail("{}: expected a class of 0 to {}, found {}", photo.name, classes - 1, photo.label);
  record_ = {};
  record_.name = std::move(photo.name);
  record_.true_class = photo.label >= 0;
  record_.top = most_probable(p);
  record_.label = record_.true_class ? photo.label : record_.top;
  record_.probability = p[static_cast<std::size_t>(record_.label)];
  record_.norm = probe_.norms();
  return true;
}

/// A photo begins when all that was asked of the one before is known.
Step InvarianceJob::step() {
  const auto asking = [this] { return records_.size() < count_ && (!begun() || asked_points_ < points_.size()); };
  const Step step = in_flight_.step(asking, [this] { start_batch(); });
  return step == Step::kDone && records_.size() < count_ ? Step::kMore : step;
}

void InvarianceJob::start_batch() {
  if (!begun() && !begin_photo()) return;
  const std::size_t end = std::min(points_.size(), asked_points_ + static_cast<std::size_t>(options_.batch));
  std::vector<Transform> transforms;
  for (std::size_t i = asked_points_; i < end; ++i) transforms.push_back(along(points_[i].axis, points_[i].amount));
  asked_points_ = end;
  in_flight_.add(probe_.ask(transforms), [this](std::vector<Readback>& answers) { keep(answers); });
}

void InvarianceJob::keep(std::vector<Readback>& answers) {
  for (const Response& response : probe_.responses(answers)) {
    InvarianceCurve& curve = record_.curves[static_cast<std::size_t>(points_[done_points_++].axis)];
    for (std::size_t k = 0; k < curve.distance.size(); ++k) curve.distance[k].push_back(response.distance[k]);
    curve.probability.push_back(response.probabilities[static_cast<std::size_t>(record_.label)]);
    curve.top.push_back(most_probable(response.probabilities));
  }
  if (done_points_ < points_.size()) return;
  records_.push_back(std::move(record_));
  asked_points_ = 0;
  done_points_ = 0;
}

double InvarianceJob::progress() const {
  if (count_ == 0) return 1;
  const double part = static_cast<double>(done_points_) / static_cast<double>(points_.size());
  return (static_cast<double>(records_.size()) + part) / static_cast<double>(count_);
}

}  // namespace zf
