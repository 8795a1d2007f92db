#include "core/analysis/transfer.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/analysis/transfer_files.h"
#include "core/io/atomic_file.h"
#include "core/nn/edit.h"
#include "core/tensor/error.h"
#include "core/tensor/fnv.h"
#include "core/tensor/stopwatch.h"
#include "core/train/initialise.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

/// A number that changes with any weight; folders of features are told by it.
std::string fingerprint(const Parameters& parameters) {
  Fnv hash;
  for (const auto& [name, tensor] : parameters) {
    for (const float value : tensor.values()) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      hash.add_word(bits);
    }
  }
  return hash.text();
}

Dataset subset(const Dataset& dataset, std::span<const std::size_t> places) {
  Dataset part{dataset.classes, {}};
  for (const std::size_t place : places) part.samples.push_back(dataset.samples[place]);
  return part;
}

/// The paper's number of the layer that gives the class scores.
int stages(const Network& network) {
  return static_cast<int>(std::count_if(network.layers.begin(), network.layers.end(), [](const Layer& l) { return has_weights(l.op); }));
}

}  // namespace

TransferJob::TransferJob(const Net& net, const Model& model, TransferData data, const ImageDecoder& decoder,
                         std::vector<const LinearSolver*> solvers, TransferOptions options)
    : net_(&net),
      fingerprint_(fingerprint(net.parameters())),
      data_(std::move(data)),
      decoder_(&decoder),
      solvers_(std::move(solvers)),
      options_(std::move(options)) {
  model_.network = model.network;
  model_.preprocess = model.preprocess;
  if (options_.splits < 1) fail("transfer: expected at least 1 split, found {}", options_.splits);
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < data_.photos.samples.size(); ++i) all.push_back(i);
  for (const int per_class : options_.per_class) static_cast<void>(draw_split(data_, all, per_class, 0));
  const FeatureOptions features{options_.layers, options_.limit,   (fs::path(options_.out) / "features").string(),
                                setup(),         options_.threads, options_.shard.value_or(Shard{})};
  extraction_ = std::make_unique<FeatureExtraction>(net, data_.photos, decoder, model_.preprocess, features);
  const std::string path = (fs::path(options_.out) / "results.json").string();
  std::error_code error;
  if (fs::exists(path, error)) results_ = read_transfer_results(path, setup());
  plan();
}

nlohmann::json TransferJob::setup() const {
  const std::span<const Sample> samples = data_.photos.samples;
  const Dataset train{data_.photos.classes, {samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(data_.train)}};
  return {
      {"model", fingerprint_}, {"training photos", fingerprint(train)}, {"photos", fingerprint(data_.photos)}, {"costs", options_.costs}};
}

const TransferResult* TransferJob::find(const Task& task) const {
  const auto found = std::find_if(results_.begin(), results_.end(), [&](const TransferResult& r) {
    const bool same = task.solver != nullptr ? r.classifier == task.solver->name() : r.epochs == options_.scratch_epochs;
    return same && r.layer == task.layer && r.per_class == task.per_class && r.split == task.split;
  });
  return found == results_.end() ? nullptr : &*found;
}

nlohmann::json TransferJob::feature_setup() const {
  nlohmann::json all = setup();
  all.erase("costs");
  all["layers"] = options_.layers;
  all["limit"] = options_.limit;
  return all;
}

void TransferJob::plan() {
  if (options_.shard) return;
  for (const int layer : options_.layers) {
    for (int split = 0; split < options_.splits; ++split) {
      for (const int per_class : options_.per_class) {
        for (const LinearSolver* const solver : solvers_) tasks_.push_back({solver, layer, per_class, split});
      }
    }
  }
  if (options_.scratch_epochs > 0) {
    for (const int per_class : options_.per_class) tasks_.push_back({nullptr, 0, per_class, 0});
  }
  planned_ = tasks_.size();
  tasks_.erase(std::remove_if(tasks_.begin(), tasks_.end(), [this](const Task& task) { return find(task) != nullptr; }), tasks_.end());
  std::reverse(tasks_.begin(), tasks_.end());
}

Step TransferJob::step() {
  if (extraction_ != nullptr) {
    if (const Step step = extraction_->step(); step != Step::kDone) return step;
    finish_features();
  } else if (!tasks_.empty()) {
    const Task task = tasks_.back();
    if (task.solver != nullptr) {
      classify(task);
    } else if (train_scratch(task) == Step::kWaiting) {
      return Step::kWaiting;
    }
  }
  return tasks_.empty() ? Step::kDone : Step::kMore;
}

void TransferJob::finish_features() {
  extraction_.reset();
  if (options_.shard) return;
  features_layer_ = options_.layers.front();
  features_ = load_features((fs::path(options_.out) / "features").string(), features_layer_);
  readable_ = features_.photos;
  skipped_ = data_.photos.skipped;
  for (std::size_t i = 0; i < data_.photos.samples.size(); ++i) {
    if (!std::binary_search(readable_.begin(), readable_.end(), i))
      skipped_.push_back({data_.photos.samples[i].path, "no image that can be read"});
  }
}

void TransferJob::prepare(const Task& task) {
  if (linear_of_.layer == task.layer && linear_of_.per_class == task.per_class && linear_of_.split == task.split) return;
  if (features_layer_ != task.layer) {
    features_ = load_features((fs::path(options_.out) / "features").string(), task.layer);
    features_layer_ = task.layer;
  }
  linear_ = make_task(data_, features_, draw_split(data_, readable_, task.per_class, task.split));
  turn_into_span(linear_);
  linear_of_ = task;
}

double TransferJob::cost_of(const Task& task) const {
  const TransferResult* const first = find({task.solver, task.layer, task.per_class, 0});
  return first != nullptr ? first->cost : choose_cost(*task.solver, linear_, options_.costs);
}

void TransferJob::classify(const Task& task) {
  const Stopwatch watch;
  prepare(task);
  const double cost = cost_of(task);
  const LinearModel model = task.solver->fit(linear_.train, linear_.train_labels, linear_.classes, cost);
  const Accuracy found = accuracy(predict(model, linear_.test), linear_.test_labels, linear_.classes);
  add({task.solver->name(), task.layer, task.per_class, task.split, cost, 0, features_.rows.shape().c, found, watch.seconds()});
}

void TransferJob::begin_scratch(const Task& task) {
  Model model;
  model.network = with_classes(model_.network, static_cast<int>(data_.photos.classes.size()));
  model.classes = data_.photos.classes;
  model.preprocess = model_.preprocess;
  Recipe recipe;
  recipe.epochs = options_.scratch_epochs;
  recipe.batch = 64;
  recipe.rate = 0.015;
  recipe.warmup = 100;
  model.parameters = initialise(model.network, recipe.initialisation, recipe.seed);
  const TransferSplit split = draw_split(data_, readable_, task.per_class, task.split);
  const PhotoStore::Limits limits{2 * std::max(model.preprocess.crop.h, model.preprocess.crop.w), std::size_t{1} << 30U};
  scratch_training_ = std::make_unique<PhotoStore>(subset(data_.photos, split.train), *decoder_, limits);
  scratch_test_ = std::make_unique<PhotoStore>(subset(data_.photos, split.test), *decoder_, limits);
  const TrainerOptions run{(fs::path(options_.out) / fmt::format("scratch_{}", task.per_class)).string(), 45, options_.threads};
  trainer_ = std::make_unique<Trainer>(net_->backend(), std::move(model), recipe, *scratch_training_, *scratch_test_, run);
}

Step TransferJob::train_scratch(const Task& task) {
  if (trainer_ == nullptr) begin_scratch(task);
  if (const Step step = trainer_->step(); step != Step::kDone) return step;
  const Accuracy found = judge_scratch(task);
  const double seconds = trainer_->log().back().seconds;
  trainer_.reset();
  add({"scratch", 0, task.per_class, task.split, 0, options_.scratch_epochs, 0, found, seconds});
  return Step::kDone;
}

Accuracy TransferJob::judge_scratch(const Task& task) const {
  const Net& net = trainer_->net();
  const int classes = static_cast<int>(data_.photos.classes.size());
  const int scores = stages(net.network());
  const std::string folder = (fs::path(options_.out) / fmt::format("scratch_{}/scores", task.per_class)).string();
  FeatureExtraction extraction(net, scratch_test_->dataset(), *decoder_, model_.preprocess,
                               {{scores}, classes, folder, {{"model", fingerprint(net.parameters())}}, options_.threads});
  run(extraction);
  const Features found = load_features(folder, scores);
  std::vector<int> labels;
  for (const std::size_t photo : found.photos) labels.push_back(scratch_test_->label(photo));
  return accuracy(best_classes(found.rows), labels, classes);
}

void TransferJob::add(TransferResult result) {
  results_.push_back(std::move(result));
  tasks_.pop_back();
  const fs::path out(options_.out);
  write_transfer_results((out / "results.json").string(), results_, setup());
  write_file(out / "transfer.csv", transfer_csv(results_));
  write_file(out / "transfer.md", transfer_markdown(results_));
}

std::string TransferJob::stage() const {
  if (extraction_ != nullptr) return "features";
  if (tasks_.empty()) return "";
  const Task& task = tasks_.back();
  if (task.solver == nullptr) return fmt::format("from scratch, {} a class", task.per_class);
  return fmt::format("layer {}, {} a class, split {}: {}", task.layer, task.per_class, task.split + 1, task.solver->name());
}

double TransferJob::progress() const {
  // Features take about as long as a tenth of the classifiers.
  const double features = 0.1 * static_cast<double>(planned_) + 1;
  const double done = extraction_ != nullptr ? features * extraction_->progress() : features;
  const double training = trainer_ != nullptr ? trainer_->progress() : 0;
  return (done + static_cast<double>(planned_ - tasks_.size()) + training) / (features + static_cast<double>(planned_));
}

}  // namespace zf
