#include "native/cli/ablate_retrain.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/analysis/variants.h"
#include "core/analysis/variants_files.h"
#include "core/nn/edit.h"
#include "core/tensor/error.h"
#include "native/cli/interrupt.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/recipe_options.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

struct Retrain : TrainingOptions {
  std::size_t judged = 0;
};

void print(FILE* report, const VariantResult& result) {
  fmt::print(report, "{:<36} {:6.2f} M parameters  train error {:5.1f} %  val error {:5.1f} % top-1, {:5.1f} % top-5  {}\n", result.name,
             static_cast<double>(result.parameters) / 1e6, 100 * result.errors.train_top1, 100 * result.errors.val_top1,
             100 * result.errors.val_top5, duration(result.seconds));
  std::fflush(report);
}

std::string note(const Retraining& job) {
  if (job.trainer() == nullptr) return job.variant();
  const TrainingStatus p = job.trainer()->status();
  return fmt::format("{}  epoch {}/{}  loss {:.3f}", job.variant(), p.epoch, p.epochs, p.loss);
}

/// False where it was interrupted.
bool work(Retraining& job, FILE* report) {
  const InterruptGuard guard;
  Progress bar("retrain");
  std::size_t printed = 0;
  const bool done = zf::run(job, [&] {
    bar.update(job.progress(), note(job));
    while (printed < job.results().size()) print(report, job.results()[printed++]);
    return !interrupted();
  });
  if (!done) job.save();
  return done;
}

void run(const Retrain& args) {
  FILE* const report = args.json ? stderr : stdout;
  RetrainingOptions options;
  options.recipe = args.recipe();
  options.preprocess = args.preprocess();
  options.out = args.out;
  options.threads = worker_threads(args);
  const Dataset training = list_dataset(args.data, Split::kTrain);
  const Dataset validation = list_dataset(args.data, Split::kValidation, training.classes);
  ZooOptions zoo = args.zoo;
  zoo.classes = static_cast<int>(training.classes.size());
  const std::unique_ptr<Backend> backend = open_backend(args.backend);
  const ImageDecoder& decoder = photo_decoder();
  TrainingPhotos photos(args, options.recipe, options.preprocess, training, validation, decoder);
  const bool all = args.judged == 0 || args.judged >= photos.training.size();
  PhotoStore some(spread(training, args.judged), decoder, {options.preprocess.longest_side(), 0});
  Retraining job(*backend, table3_variants(zoo), options, photos.training, all ? photos.training : some, photos.validation);
  if (!work(job, report)) {
    fail("ablate retrain: interrupted in {}, {} of {} variants finished; the checkpoint is written, and the same command goes on from it",
         job.variant(), job.results().size(), job.variants());
  }
  report_skipped(photos.training);
  report_skipped(photos.validation);
  if (args.json) print_json({{"variants", table3_json(job.results())}});
  fmt::print(report, "{0}/table3.md, {0}/table3.csv\n", args.out);
}

}  // namespace

void add_ablate_retrain(CLI::App& ablate) {
  auto args = std::make_shared<Retrain>();
  CLI::App* command =
      ablate.add_subcommand("retrain", "Table 3: train twelve variants of AlexNet and ZFNet alike; goes on where RUN stopped");
  command->add_option("--out", args->out, "RUN: a folder a variant, table3.md and table3.csv")->required();
  command->add_option("--train-photos", args->judged, "training photos to measure the train error on, spread evenly; 0 for all")
      ->capture_default_str();
  add_network_options(*command, *args);
  add_recipe_options(*command, *args);
  add_options(*command, *args);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
