#include "core/train/evaluate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/data/batches.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"
#include "core/train/augment.h"

namespace zf {

namespace {

BatchLoader::Fill make_fill(PhotoStore& photos, const Preprocess& preprocess, int views, int batch_photos) {
  const auto all = places(0, photos.size());
  if (views == 1) return centre_batches(photos, preprocess, all, batch_photos);
  const MakeView make = [preprocess](const Image& photo, std::size_t, int view) { return ten_crop_view(preprocess, photo, view); };
  return batches_of(photos, preprocess, all, batch_photos, views, make);
}

/// How many classes are more probable than `label`; of equals the lower index comes first.
int rank_of(std::span<const float> probabilities, std::size_t label) {
  int rank = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] > probabilities[label] || (probabilities[i] == probabilities[label] && i < label)) ++rank;
  }
  return rank;
}

void check(const Net& net, const PhotoStore& photos, const Preprocess& preprocess) {
  const Shape expected = preprocess.input();
  if (net.network().input != expected) {
    fail("evaluation: expected a network for {}, found {}", to_string(expected), to_string(net.network().input));
  }
  const int units = net.shapes()[static_cast<std::size_t>(logits_layer(net.network()))].c;
  const std::size_t classes = photos.dataset().classes.size();
  if (std::cmp_greater(classes, units)) fail("evaluation: expected at most {} classes, found {}", units, classes);
}

}  // namespace

int EvaluationOptions::photos_at_once() const { return std::max(1, batch / (ten_crop ? kTenCrops : 1)); }

Evaluation::Evaluation(const Net& net, PhotoStore& photos, const Preprocess& preprocess, const EvaluationOptions& options)
    : net_(&net),
      photos_(&photos),
      views_(options.ten_crop ? kTenCrops : 1),
      batch_photos_(options.photos_at_once()),
      shard_(options.shard),
      first_(options.first),
      batches_(batch_count(photos.size(), batch_photos_, shard_)),
      started_(first_),
      loader_(first_, batches_, options.threads, own_batches(shard_, make_fill(photos, preprocess, views_, batch_photos_))) {
  check(net, photos, preprocess);
}

Step Evaluation::step() {
  return in_flight_.step([this] { return started_ < batches_; }, [this] { start_batch(); });
}

void Evaluation::start_batch() {
  loader_.next(batch_);
  const auto number = static_cast<int>(shard_.at(static_cast<std::size_t>(started_++)));
  const auto [first, end] = batch_range(photos_->size(), batch_photos_, number);
  const auto skipped = static_cast<std::int64_t>(end - first - batch_.labels.size());
  std::vector<Readback> tickets;
  if (!batch_.labels.empty()) {
    const int logits = logits_layer(net_->network());
    net_->backend().upload(batch_.images, images_);
    net_->infer(images_, trace_, logits);
    tickets.push_back(net_->backend().read(trace_.output(logits)));
  }
  in_flight_.add(std::move(tickets), [this, skipped, labels = batch_.labels](std::vector<Readback>& answers) {
    Verdicts verdicts{skipped, {}};
    judge(labels, answers.empty() ? Tensor{} : answers.front().take(), verdicts);
    verdicts_.push_back(std::move(verdicts));
  });
}

void Evaluation::judge(std::span<const int> labels, const Tensor& logits, Verdicts& verdicts) {
  const std::size_t classes = logits.shape().item();
  std::vector<std::vector<float>> probabilities;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::vector<float> mean(classes, 0.0F);
    float energy = 0;
    for (int view = 0; view < views_; ++view) {
      const std::size_t row = i * static_cast<std::size_t>(views_) + static_cast<std::size_t>(view);
      const auto scores = logits.values().subspan(row * classes, classes);
      const std::vector<float> p = zf::probabilities(scores);
      energy += energy_score(scores) / static_cast<float>(views_);
      for (std::size_t c = 0; c < classes; ++c) mean[c] += p[c] / static_cast<float>(views_);
    }
    Verdict& verdict = verdicts.photos.emplace_back(verdict_on(mean, labels[i]));
    verdict.score = energy;
    probabilities.push_back(std::move(mean));
  }
  if (sink_) sink_(labels, probabilities);
}

double Evaluation::progress() const { return batches_ == 0 ? 1 : (first_ + static_cast<double>(verdicts_.size())) / batches_; }

EvaluationResult Evaluation::result() const {
  EvaluationResult result = tally(verdicts_);
  result.crops = views_;
  return result;
}

Verdict verdict_on(std::span<const float> probabilities, int label) {
  const auto truth = static_cast<std::size_t>(label);
  return {rank_of(probabilities, truth), -std::log(std::max(probabilities[truth], std::numeric_limits<float>::min()))};
}

void Tally::add(const Verdict& verdict) {
  constexpr int kTop = 5;
  ++sums_.images;
  sums_.top1_error += verdict.rank > 0 ? 1 : 0;
  sums_.top5_error += verdict.rank >= kTop ? 1 : 0;
  sums_.loss += static_cast<double>(verdict.loss);
}

EvaluationResult Tally::result() const {
  EvaluationResult result = sums_;
  if (result.images == 0) return result;
  const auto images = static_cast<double>(result.images);
  result.loss /= images;
  result.top1_error /= images;
  result.top5_error /= images;
  return result;
}

EvaluationResult tally(std::span<const Verdicts> batches) {
  Tally sums;
  for (const Verdicts& batch : batches) {
    sums.skip(batch.skipped);
    for (const Verdict& verdict : batch.photos) sums.add(verdict);
  }
  return sums.result();
}

std::vector<ScoredPhoto> scored(std::span<const Verdicts> batches) {
  std::vector<ScoredPhoto> photos;
  for (const Verdicts& batch : batches) {
    for (const Verdict& verdict : batch.photos) photos.push_back({verdict.score, verdict.rank == 0});
  }
  return photos;
}

}  // namespace zf
