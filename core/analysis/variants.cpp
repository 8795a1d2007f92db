#include "core/analysis/variants.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <system_error>
#include <utility>

#include "core/analysis/variants_files.h"
#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "core/train/initialise.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

std::int64_t parameter_count(const Network& network) {
  const std::vector<LayerCost> layers = costs(network);
  return std::accumulate(layers.begin(), layers.end(), std::int64_t{0},
                         [](std::int64_t sum, const LayerCost& cost) { return sum + cost.parameters; });
}

/// Multiply-adds of a forward pass: what a variant's training takes beside another's.
double work(const Network& network) {
  const std::vector<LayerCost> layers = costs(network);
  return std::accumulate(layers.begin(), layers.end(), 0.0,
                         [](double sum, const LayerCost& cost) { return sum + static_cast<double>(cost.multiply_adds); });
}

/// What only an unfinished run needs.
void remove_leftovers(const std::string& folder) {
  for (const char* const name : {"checkpoint.safetensors", "best.safetensors", "snapshots"}) {
    std::error_code error;
    fs::remove_all(fs::path(folder) / name, error);
    if (error) fail("{}/{}: expected a file that can be removed, found: {}", folder, name, error.message());
  }
}

}  // namespace

const std::vector<VariantErrors>& table3_of_the_paper() {
  static const std::vector<VariantErrors> rows = {{0.351, 0.405, 0.181}, {0.418, 0.454, 0.221}, {0.274, 0.400, 0.184},
                                                  {0.274, 0.448, 0.224}, {0.711, 0.713, 0.501}, {0.403, 0.417, 0.188},
                                                  {0.268, 0.400, 0.181}, {0.331, 0.384, 0.165}, {0.382, 0.402, 0.176},
                                                  {0.220, 0.388, 0.170}, {0.188, 0.375, 0.160}, {0.100, 0.383, 0.169}};
  return rows;
}

Dataset spread(const Dataset& dataset, std::size_t count) {
  const std::size_t all = dataset.samples.size();
  if (count == 0 || count >= all) return dataset;
  Dataset part{dataset.classes, {}};
  for (std::size_t i = 0; i < count; ++i) part.samples.push_back(dataset.samples[i * all / count]);
  return part;
}

Retraining::Retraining(Backend& backend, std::vector<Network> variants, RetrainingOptions options, PhotoStore& training, PhotoStore& judged,
                       PhotoStore& validation)
    : backend_(&backend),
      variants_(std::move(variants)),
      options_(std::move(options)),
      training_(&training),
      judged_(&judged),
      validation_(&validation) {
  check(options_.recipe);
  check(options_.preprocess, "retraining");
  if (variants_.size() != table3_of_the_paper().size()) {
    fail("retraining: expected Table 3's {} variants, found {}", table3_of_the_paper().size(), variants_.size());
  }
  make_folder(options_.out);
}

std::string Retraining::folder(const Network& network) const { return (fs::path(options_.out) / network.name).string(); }

Model Retraining::untrained(const Network& network) const {
  Model model;
  model.network = network;
  model.classes = training_->dataset().classes;
  model.preprocess = options_.preprocess;
  return model;
}

std::optional<VariantResult> Retraining::find_result(const Network& network) const {
  const std::string path = folder(network) + "/result.json";
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  return read_variant_result(path, variant_setup(untrained(network), options_.recipe, *training_, *judged_, *validation_));
}

void Retraining::begin() {
  const Network& network = variants_[results_.size()];
  std::optional<VariantResult> found = find_result(network);
  if (found) {
    remove_leftovers(folder(network));
    results_.push_back(std::move(*found));
    write_tables();
    return;
  }
  Model model = untrained(network);
  model.parameters = initialise(network, options_.recipe.initialisation, options_.recipe.seed);
  trainer_ = std::make_unique<Trainer>(*backend_, std::move(model), options_.recipe, *training_, *validation_,
                                       TrainerOptions{folder(network), options_.checkpoint_seconds, options_.threads});
}

Step Retraining::step() {
  if (results_.size() == variants_.size()) return Step::kDone;
  if (trainer_ == nullptr) {
    begin();
  } else if (evaluation_ != nullptr) {
    if (const Step step = evaluation_->step(); step != Step::kDone) return step;
    finish(evaluation_->result());
  } else {
    if (const Step step = trainer_->step(); step != Step::kDone) return step;
    evaluation_ =
        std::make_unique<Evaluation>(trainer_->net(), *judged_, options_.preprocess, EvaluationOptions{false, 32, options_.threads});
  }
  return results_.size() < variants_.size() ? Step::kMore : Step::kDone;
}

void Retraining::finish(const EvaluationResult& judged) {
  if (judged.images == 0) fail("retraining: expected photos that can be read, found none among {}", judged_->size());
  const Network& network = variants_[results_.size()];
  const EpochLog& last = trainer_->log().back();
  const VariantResult result{network.name,
                             parameter_count(network),
                             last.epoch,
                             judged.images,
                             static_cast<std::int64_t>(validation_->size() - validation_->unreadable()),
                             {judged.top1_error, last.val_top1_error, last.val_top5_error},
                             last.seconds};
  write_variant_result(folder(network) + "/result.json", result,
                       variant_setup(untrained(network), options_.recipe, *training_, *judged_, *validation_));
  evaluation_.reset();
  trainer_.reset();
  remove_leftovers(folder(network));
  results_.push_back(result);
  write_tables();
}

void Retraining::write_tables() const {
  const fs::path out(options_.out);
  write_file(out / "table3.csv", table3_csv(results_));
  write_file(out / "table3.md", table3_markdown(results_));
}

void Retraining::save() {
  if (trainer_ != nullptr && evaluation_ == nullptr) trainer_->save();
}

std::string Retraining::variant() const { return results_.size() < variants_.size() ? variants_[results_.size()].name : ""; }

double Retraining::progress() const {
  double all = 0;
  double done = 0;
  for (std::size_t i = 0; i < variants_.size(); ++i) {
    const double share = work(variants_[i]);
    all += share;
    if (i < results_.size()) done += share;
    if (i == results_.size() && trainer_ != nullptr) done += share * trainer_->progress();
  }
  return done / all;
}

}  // namespace zf
