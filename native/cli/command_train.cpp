// zfscope train: trains a network of the zoo on folders of photos.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/io/model.h"
#include "core/nn/zoo.h"
#include "core/tensor/error.h"
#include "core/train/initialise.h"
#include "core/train/trainer.h"
#include "native/backends/backends.h"
#include "native/cli/command.h"
#include "native/cli/learning_curve.h"
#include "native/cli/options.h"
#include "native/cli/photos.h"
#include "native/cli/progress.h"
#include "native/media/opencv_decoder.h"

namespace zf::cli {

namespace {

struct Train {
  Options options;
  std::string architecture = "zfnet";
  ZooOptions zoo;
  int resize = 0;
  float std = 58;
  std::string data;
  std::string out;
  std::string from;
  std::string schedule = "cosine";
  std::string initialisation = "he";
  std::string crops = "resized";
  Recipe recipe;
  double memory_gb = 3;
};

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int /*signal*/) { interrupted = 1; }

/// The first interrupt asks for a stop after the step under way; a second one ends the program at once.
class InterruptGuard {
 public:
  InterruptGuard() {
    struct sigaction action {};
    action.sa_handler = interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
  }
};

/// Mean of natural photos per channel, 0-255; a model that training starts from brings its own.
constexpr std::array<float, 3> kPhotoMean = {123.7F, 116.8F, 103.9F};

Preprocess make_preprocess(const Train& args) {
  Preprocess preprocess;
  preprocess.crop = args.zoo.size;
  preprocess.resize = args.resize > 0 ? args.resize : static_cast<int>(std::lround(args.zoo.size * 256.0 / 224.0));
  preprocess.mean = kPhotoMean;
  preprocess.std = {args.std, args.std, args.std};
  return preprocess;
}

Model make_model(const Train& args, const Recipe& recipe, const Dataset& dataset, FILE* report) {
  ZooOptions zoo = args.zoo;
  zoo.classes = static_cast<int>(dataset.classes.size());
  Model model;
  model.network = make_network(args.architecture, zoo);
  model.classes = dataset.classes;
  model.preprocess = make_preprocess(args);
  model.parameters = initialise(model.network, recipe.initialisation, recipe.seed);
  if (args.from.empty()) return model;
  Model source = load_model(args.from);
  const Preprocess ours = model.preprocess;
  model.preprocess = source.preprocess;
  model.preprocess.resize = ours.resize;
  model.preprocess.crop = ours.crop;
  const WarmStart start = warm_start(model.parameters, std::move(source.parameters));
  if (start.taken == 0) fail("{}: expected weights that fit {}, found none", args.from, args.architecture);
  fmt::print(report, "{}: {} tensors taken\n", args.from, start.taken);
  for (const std::string& left : start.left) fmt::print(report, "  not taken: {}\n", left);
  return model;
}

Recipe make_recipe(const Train& args) {
  Recipe recipe = args.recipe;
  recipe.schedule = schedule_from(args.schedule);
  recipe.initialisation = initialisation_from(args.initialisation);
  recipe.crops = crops_from(args.crops);
  check(recipe);
  return recipe;
}

void print(FILE* report, const EpochLog& line, int epochs) {
  fmt::print(report, "epoch {:3} of {}  loss {:.4f}  train error {:5.1f} %  val error {:5.1f} % top-1, {:5.1f} % top-5  rate {:.2e}  {}\n",
             line.epoch, epochs, line.train_loss, 100 * line.train_top1_error, 100 * line.val_top1_error, 100 * line.val_top5_error,
             line.rate, duration(line.seconds));
  std::fflush(report);
}

std::string note(const TrainingProgress& p) {
  const std::string left = p.seconds_left > 0 ? fmt::format("all epochs: {} left", duration(p.seconds_left)) : "";
  if (p.validating) return "validating  " + left;
  return fmt::format("loss {:.3f}  error {:.1f} %  {:.0f} photos/s  {}", p.loss, 100 * p.top1_error, p.images_per_second, left);
}

/// Steps until the epoch's line is in the log, the run is interrupted, or nothing is left to do (false).
bool train_epoch(Trainer& trainer) {
  const std::size_t lines = trainer.log().size();
  TrainingProgress p = trainer.progress();
  Progress bar(fmt::format("epoch {}/{}", p.epoch, p.epochs));
  bool more = true;
  while (more && interrupted == 0 && trainer.log().size() == lines) {
    more = trainer.step();
    p = trainer.progress();
    if (trainer.log().size() == lines) bar.update(static_cast<double>(p.step) / p.steps, note(p));
  }
  return more;
}

void train(Trainer& trainer, const Recipe& recipe, const std::string& out, FILE* report) {
  const InterruptGuard guard;
  const std::string curve = out + "/learning_curve.png";
  std::size_t printed = trainer.log().size();
  write_learning_curve(curve, trainer.log());
  bool more = true;
  while (more && interrupted == 0) {
    more = train_epoch(trainer);
    if (trainer.log().size() == printed) continue;
    print(report, trainer.log()[printed++], recipe.epochs);
    write_learning_curve(curve, trainer.log());
  }
  if (!more) return;
  trainer.save();
  const TrainingProgress p = trainer.progress();
  fail("train: interrupted in epoch {} of {} after {} of {} steps; the checkpoint is written, and the same command goes on from it",
       p.epoch, p.epochs, p.step, p.steps);
}

/// How the memory for decoded photos is shared, and how large they are kept.
std::pair<PhotoStore::Limits, PhotoStore::Limits> photo_limits(const Train& args, const Recipe& recipe, const Preprocess& preprocess,
                                                               std::size_t training, std::size_t validation) {
  // Small crops of photos twice as large as the input still have its resolution.
  const int source = recipe.crops == Crops::kResized ? 2 * preprocess.crop : 0;
  const auto memory = static_cast<std::size_t>(args.memory_gb * 1e9);
  const std::size_t share = memory / (training + validation) * validation;
  return {{std::max(preprocess.resize, source), memory - share}, {preprocess.resize, share}};
}

void print_result(const Train& args, const EpochLog& last) {
  if (!args.options.json) {
    fmt::print("{}/model.safetensors: {:.1f} % top-1 error\n", args.out, 100 * last.val_top1_error);
    return;
  }
  const nlohmann::ordered_json result = {{"epochs", last.epoch},
                                         {"train_loss", last.train_loss},
                                         {"train_top1_error", last.train_top1_error},
                                         {"val_top1_error", last.val_top1_error},
                                         {"val_top5_error", last.val_top5_error},
                                         {"seconds", last.seconds}};
  fmt::print("{}\n", result.dump());
}

void run(const Train& args) {
  FILE* const report = args.options.json ? stderr : stdout;
  const Recipe recipe = make_recipe(args);
  const Dataset training = list_dataset(args.data, Split::kTrain);
  const Dataset validation = list_dataset(args.data, Split::kValidation, training.classes);
  const std::unique_ptr<Backend> backend = make_backend(args.options.backend, args.options.threads);
  Model model = make_model(args, recipe, training, report);
  fmt::print(report, "{}: {} photos of {} classes to train, {} to validate; {}\n", args.data, training.samples.size(),
             training.classes.size(), validation.samples.size(), backend->description());

  const OpenCvDecoder decoder;
  const auto [training_limits, validation_limits] =
      photo_limits(args, recipe, model.preprocess, training.samples.size(), validation.samples.size());
  PhotoStore training_photos(training, decoder, training_limits);
  PhotoStore validation_photos(validation, decoder, validation_limits);
  Trainer trainer(*backend, std::move(model), recipe, training_photos, validation_photos, {args.out, 45, worker_threads(args.options)});
  if (trainer.resumed()) fmt::print(report, "{}: going on after {} epochs\n", args.out, trainer.log().size());
  std::fflush(report);
  train(trainer, recipe, args.out, report);
  report_skipped(training_photos);
  report_skipped(validation_photos);
  print_result(args, trainer.log().back());
}

void add_network_options(CLI::App& command, Train& args) {
  command.add_option("--arch", args.architecture, "zfnet, zfnet-wide, alexnet or alexnet-dense")->capture_default_str();
  command.add_option("--size", args.zoo.size, "pixels a side of the network's input")->check(CLI::PositiveNumber)->capture_default_str();
  command.add_option("--width", args.zoo.width, "factor on the maps of every convolution")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--fc", args.zoo.fc, "units of fc6 and fc7")->check(CLI::PositiveNumber)->capture_default_str();
  command.add_option("--resize", args.resize, "shorter side of a photo before the centre crop (default: size x 256/224)")
      ->check(CLI::PositiveNumber);
  command.add_option("--std", args.std, "what pixels are divided by after the mean is taken off; 1 as in the paper")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--from", args.from, "start from this model's weights where names and sizes match");
}

void add_recipe_options(CLI::App& command, Train& args) {
  Recipe& r = args.recipe;
  command.add_option("--epochs", r.epochs, "passes over the photos")->capture_default_str();
  command.add_option("--batch", r.batch, "photos a step")->capture_default_str();
  command.add_option("--rate", r.rate, "learning rate at its highest")->capture_default_str();
  command.add_option("--momentum", r.momentum, "share of the last step in the next")->capture_default_str();
  command.add_option("--decay", r.decay, "weight decay, not on biases")->capture_default_str();
  command.add_option("--schedule", args.schedule, "cosine, plateau or constant")->capture_default_str();
  command.add_option("--patience", r.patience, "plateau: epochs without a better validation error before the rate is a tenth")
      ->capture_default_str();
  command.add_option("--warmup", r.warmup, "steps over which the rate rises from 0")->capture_default_str();
  command.add_option("--init", args.initialisation, "he or paper (0.01 everywhere)")->capture_default_str();
  command.add_option("--crops", args.crops, "resized (30-100 % of the area) or paper (one of ten)")->capture_default_str();
  command.add_option("--jitter", r.jitter, "how far brightness, contrast and saturation change (0-1)")->capture_default_str();
  command.add_option("--filter-limit", r.filter_limit, "largest RMS of a convolution's filter for inputs of 0-255; 0 for none")
      ->capture_default_str();
  command.add_option("--seed", r.seed, "of everything random")->capture_default_str();
}

}  // namespace

void add_train(CLI::App& app) {
  auto args = std::make_shared<Train>();
  CLI::App* command = app.add_subcommand("train", "Train a network on folders of photos; goes on from RUN's checkpoint where there is one");
  command->add_option("--data", args->data, "folder with train/CLASS/* and val/CLASS/* (or test/)")->required();
  command->add_option("--out", args->out, "the run's folder: checkpoint, models, log.csv, learning_curve.png, snapshots")->required();
  add_network_options(*command, *args);
  add_recipe_options(*command, *args);
  command->add_option("--memory", args->memory_gb, "GB of decoded photos to keep")->check(CLI::NonNegativeNumber)->capture_default_str();
  add_options(*command, args->options);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
