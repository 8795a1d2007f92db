#include "core/train/fine_tuning.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/data/batches.h"
#include "core/data/random.h"
#include "core/io/resample.h"
#include "core/nn/edit.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"
#include "core/train/evaluate.h"
#include "core/train/new_classes.h"

namespace zf {

namespace {

constexpr int kHeldOut = 5;  ///< one of so many

void check(const Net& net, const Preprocess& preprocess, std::span<const std::string> classes, std::span<const LabelledView> photos) {
  if (net.network().input != preprocess.input()) {
    fail("fine tuning: expected a network for {}, found {}", to_string(preprocess.input()), to_string(net.network().input));
  }
  if (classes.size() < 2) fail("fine tuning: expected two classes or more, found {}", classes.size());
  for (std::size_t label = 0; label < classes.size(); ++label) {
    const auto count =
        std::count_if(photos.begin(), photos.end(), [&](const LabelledView& photo) { return std::cmp_equal(photo.label, label); });
    if (count < kFewestPhotos) fail("fine tuning: expected {} photos of {} or more, found {}", kFewestPhotos, classes[label], count);
  }
}

/// The weights of a network's top.
Parameters parameters_of(const Net& net, const Network& top) {
  Parameters all = net.parameters();
  Parameters result;
  for (const ParameterSpec& spec : parameter_specs(top)) result.emplace(spec.name, std::move(all.at(spec.name)));
  return result;
}

/// Of a run of about `steps` steps: its epochs, and a warm-up of a tenth.
Recipe for_steps(Recipe recipe, int steps, int steps_an_epoch) {
  recipe.epochs = std::max(1, (steps + steps_an_epoch / 2) / steps_an_epoch);
  recipe.warmup = std::max(recipe.epochs * steps_an_epoch / 10, 1);
  return recipe;
}

}  // namespace

FineTuning::FineTuning(const Net& net, Preprocess preprocess, std::vector<std::string> classes, std::vector<LabelledView> photos,
                       std::shared_ptr<Features> features, const Options& options)
    : net_(&net),
      preprocess_(std::move(preprocess)),
      classes_(std::move(classes)),
      photos_(std::move(photos)),
      features_(std::move(features)),
      training_(classes_.size()) {
  check(net, preprocess_, classes_, photos_);
  (void)net.backend().training();  // throws where there is none
  std::vector<int> counts(classes_.size());
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    const auto label = static_cast<std::size_t>(photos_[i].label);
    if (++counts[label] % kHeldOut == 0) {
      held_out_.push_back(i);
    } else {
      training_[label].push_back(i);
    }
  }
  std::size_t most = 0;
  for (const auto& photos_of_class : training_) most = std::max(most, photos_of_class.size());
  steps_ = batch_count(most * classes_.size(), options.recipe.batch);
  recipe_ = for_steps(options.recipe, options.steps, steps_);
  zf::check(recipe_);

  top_ = fully_connected_top(net.network(), options.most_weights);
  Model source;
  source.parameters = parameters_of(net, top_.network);
  source.network = std::move(top_.network);
  Model top = with_new_classes(std::move(source), classes_, recipe_.initialisation, recipe_.seed).model;
  top_.network = top.network;
  top_net_ = std::make_unique<Net>(net.backend(), std::move(top.network), std::move(top.parameters));
  sgd_ = std::make_unique<Sgd>(*top_net_, recipe_, preprocess_);
  pass_ = std::make_unique<TrainingPass>(*top_net_, *sgd_);

  Features kept;
  for (const LabelledView& photo : photos_) {
    if (const auto found = features_->find(photo.view); found != features_->end()) kept.insert(features_->extract(found));
  }
  *features_ = std::move(kept);
}

Step FineTuning::step() {
  const Stopwatch watch;
  if (embedded_ < 2 * photos_.size()) {
    embed();
  } else if (step_ < steps_) {
    train_batch();
  } else {
    finish_epoch();
  }
  seconds_ += watch.seconds();
  return std::cmp_equal(log_.size(), recipe_.epochs) ? Step::kDone : Step::kMore;
}

/// One view; those that are known already cost nothing.
void FineTuning::embed() {
  const LabelledView& photo = photos_[embedded_ / 2];
  const std::size_t mirrored = embedded_++ % 2;
  Tensor& features = (*features_)[photo.view][mirrored];
  if (features.size() > 0) return;
  const Size size = preprocess_.crop;
  Image view = photo.view->width == size.w && photo.view->height == size.h ? *photo.view : resize(*photo.view, size.w, size.h);
  if (mirrored == 1) flip(view);
  Tensor pixels = Tensor::uninitialised(preprocess_.input());
  write_pixels(preprocess_, view, pixels.values());
  if (top_.input == kPicture) {
    features = std::move(pixels);
    return;
  }
  net_->backend().upload(pixels, images_);
  net_->infer(images_, trace_, top_.input);
  features = net_->backend().download(trace_.output(top_.input));
}

const Tensor& FineTuning::features_of(std::size_t photo, std::size_t mirrored) const {
  return features_->at(photos_[photo].view)[mirrored];
}

/// Every class's photos as often as the largest class has some, in an order of this epoch's own.
std::vector<std::size_t> FineTuning::balanced_order() const {
  const int epoch = static_cast<int>(log_.size());
  std::size_t most = 0;
  for (const auto& photos : training_) most = std::max(most, photos.size());
  std::vector<std::size_t> all;
  for (std::size_t label = 0; label < training_.size(); ++label) {
    const std::vector<std::size_t> order = shuffled(training_[label].size(), recipe_.seed + label, epoch);
    for (std::size_t i = 0; i < most; ++i) all.push_back(training_[label][order[i % order.size()]]);
  }
  std::vector<std::size_t> mixed;
  for (const std::size_t place : shuffled(all.size(), recipe_.seed, epoch)) mixed.push_back(all[place]);
  return mixed;
}

void FineTuning::train_batch() {
  if (step_ == 0) order_ = balanced_order();
  const auto epoch = static_cast<std::uint64_t>(log_.size());
  const auto [first, end] = batch_range(order_.size(), recipe_.batch, step_);
  Shape shape = top_.network.input;
  shape.n = static_cast<int>(end - first);
  batch_.images = Tensor::uninitialised(shape);
  batch_.labels.clear();
  for (std::size_t i = first; i < end; ++i) {
    const bool mirrored = Random(recipe_.seed, RandomUse::kAugment, epoch, i).below(2) == 1;
    const Tensor& features = features_of(order_[i], mirrored ? 1 : 0);
    std::copy(features.values().begin(), features.values().end(),
              batch_.images.values().begin() + static_cast<std::ptrdiff_t>((i - first) * shape.item()));
    batch_.labels.push_back(photos_[order_[i]].label);
  }
  const std::uint64_t dropout = Random(recipe_.seed, RandomUse::kDropout, epoch, static_cast<std::uint64_t>(step_)).next();
  const std::int64_t step = static_cast<std::int64_t>(epoch) * steps_ + step_;
  const BatchResult result = pass_->run(batch_, dropout, rate_at(recipe_, step, std::int64_t{recipe_.epochs} * steps_, 1));
  loss_ += result.loss;
  correct_ += result.correct;
  seen_ += result.photos;
  ++step_;
}

/// Measures the error on the photos that were held out.
void FineTuning::finish_epoch() {
  Backend& backend = net_->backend();
  const int logits = logits_layer(top_.network);
  Tally tally;
  std::vector<ScoredPhoto> scored;
  Trace trace;
  DeviceTensor x;
  for (const std::size_t photo : held_out_) {
    backend.upload(features_of(photo, 0), x);
    top_net_->infer(x, trace, logits);
    const Tensor scores = backend.download(trace.output(logits));
    const std::vector<float> p = probabilities(scores.values());
    tally.add(verdict_on(p, photos_[photo].label));
    const auto best = std::max_element(p.begin(), p.end()) - p.begin();
    scored.push_back({energy_score(scores.values()), best == photos_[photo].label});
  }
  known_ = known_rule(scored);
  const EvaluationResult result = tally.result();
  const std::int64_t steps = std::int64_t{recipe_.epochs} * steps_;
  const int epoch = static_cast<int>(log_.size()) + 1;
  log_.push_back({epoch, rate_at(recipe_, std::int64_t{epoch} * steps_ - 1, steps, 1), loss_ / seen_,
                  1 - static_cast<double>(correct_) / seen_, result.loss, result.top1_error, result.top5_error, seconds_});
  step_ = correct_ = seen_ = 0;
  loss_ = 0;
}

double FineTuning::progress() const {
  constexpr double kLooking = 0.7;  // about its part of the time
  const double looked = static_cast<double>(embedded_) / (2.0 * static_cast<double>(photos_.size()));
  const double trained = (static_cast<double>(log_.size()) * steps_ + step_) / (static_cast<double>(recipe_.epochs) * steps_);
  return kLooking * looked + (1 - kLooking) * trained;
}

Model FineTuning::model() const {
  Model model;
  model.network = with_classes(net_->network(), static_cast<int>(classes_.size()));
  model.parameters = net_->parameters();
  for (auto& [name, tensor] : top_net_->parameters()) model.parameters.insert_or_assign(name, std::move(tensor));
  model.classes = classes_;
  model.preprocess = preprocess_;
  model.known = known_;
  model.metadata["zfscope.recipe"] = to_json(recipe_).dump();
  model.metadata["zfscope.epochs"] = std::to_string(log_.size());
  if (!log_.empty()) model.metadata["zfscope.val_top1_error"] = fmt::format("{}", log_.back().val_top1_error);
  return model;
}

}  // namespace zf
