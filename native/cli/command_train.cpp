// zfscope train: trains a network of the zoo on folders of photos.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/report/learning_curve.h"
#include "core/report/png.h"
#include "core/tensor/error.h"
#include "core/train/first_model.h"
#include "core/train/ranks.h"
#include "core/train/trainer.h"
#include "native/cli/command.h"
#include "native/cli/interrupt.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/recipe_options.h"
#include "native/cli/session.h"
#include "native/mpi/launched_ranks.h"

namespace zf::cli {

namespace {

struct Train : TrainingOptions {
  FirstModelChoice first;
};

Model make_model(const Train& args, const Recipe& recipe, const Dataset& dataset, FILE* report) {
  FirstModelChoice chosen = args.first;
  chosen.demo = demo_model_path();
  FirstModel first = first_model(args, chosen, recipe, dataset, open_model);
  for (const std::string& note : first.notes) fmt::print(report, "{}\n", note);
  return std::move(first.model);
}

/// Nothing where the log is empty.
void write_learning_curve(const std::string& out, const Trainer& trainer) {
  if (!trainer.log().empty()) write_file(out + "/learning_curve.png", encode_png(draw_learning_curve(trainer.log())));
}

void print(FILE* report, const EpochLog& line, int epochs) {
  fmt::print(report, "epoch {:3} of {}  loss {:.4f}  train error {:5.1f} %  val error {:5.1f} % top-1, {:5.1f} % top-5  rate {:.2e}  {}\n",
             line.epoch, epochs, line.train_loss, 100 * line.train_top1_error, 100 * line.val_top1_error, 100 * line.val_top5_error,
             line.rate, duration(line.seconds));
  std::fflush(report);
}

std::string note(const TrainingStatus& p) {
  const std::string left = p.seconds_left > 0 ? fmt::format("all epochs: {} left", duration(p.seconds_left)) : "";
  if (p.validating) return "validating  " + left;
  return fmt::format("loss {:.3f}  error {:.1f} %  {:.0f} photos/s  {}", p.loss, 100 * p.top1_error, p.images_per_second, left);
}

/// Steps until the epoch's line is in the log, the run is stopped, or nothing is left to do (false).
bool train_epoch(Trainer& trainer, bool shown) {
  const std::size_t lines = trainer.log().size();
  TrainingStatus p = trainer.status();
  Progress bar(fmt::format("epoch {}/{}", p.epoch, p.epochs));
  return !zf::run(trainer, [&] {
    const bool same = trainer.log().size() == lines;
    p = trainer.status();
    if (same && shown) bar.update(static_cast<double>(p.step) / p.steps, note(p));
    return same && !trainer.stopped();
  });
}

/// Only the rank that `writes` prints and draws.
void train(Trainer& trainer, const Recipe& recipe, const std::string& out, FILE* report, bool writes) {
  std::size_t printed = trainer.log().size();
  if (writes) write_learning_curve(out, trainer);
  bool more = true;
  while (more && !trainer.stopped()) {
    more = train_epoch(trainer, writes);
    if (trainer.log().size() == printed) continue;
    const EpochLog& line = trainer.log()[printed++];
    if (!writes) continue;
    print(report, line, recipe.epochs);
    write_learning_curve(out, trainer);
  }
  if (!more) return;
  trainer.save();
  const TrainingStatus p = trainer.status();
  fail("train: interrupted in epoch {} of {} after {} of {} steps; the checkpoint is written, and the same command goes on from it",
       p.epoch, p.epochs, p.step, p.steps);
}

void print_result(const Train& args, const EpochLog& last) {
  if (!args.json) {
    fmt::print("{}/model.safetensors: {:.1f} % top-1 error\n", args.out, 100 * last.val_top1_error);
    return;
  }
  print_json(epoch_json(last));
}

/// What the ranks but the first would print stands once already.
class Quiet {
 public:
  explicit Quiet(bool quiet) : file_(quiet ? std::fopen("/dev/null", "w") : nullptr) {}
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() {
    if (file_ != nullptr) std::fclose(file_);
  }
  [[nodiscard]] FILE* instead_of(FILE* file) const { return file_ != nullptr ? file_ : file; }

 private:
  FILE* file_;
};

void run(const Train& args, Ranks& ranks) {
  const bool writes = ranks.rank() == 0;
  const Quiet quiet(!writes);
  FILE* const report = quiet.instead_of(args.json ? stderr : stdout);
  const Dataset training = list_dataset(args.data, Split::kTrain);
  const Recipe recipe = for_photos(args.recipe(), training.samples.size());
  const Dataset validation = list_dataset(args.data, Split::kValidation, training.classes);
  BackendOptions options = args.backend;
  options.card = rank_on_machine(ranks);
  const std::unique_ptr<Backend> backend = open_backend(options);
  const RanksOnBackend together = ranks_on(*backend, ranks);
  Model model = make_model(args, recipe, training, report);
  fmt::print(report, "{}: {} photos of {} classes to train, {} to validate; {}{}\n", args.data, training.samples.size(),
             training.classes.size(), validation.samples.size(), backend->description(),
             ranks.size() > 1 ? fmt::format("; {} ranks{}{}", ranks.size(), together.note.empty() ? "" : ", ", together.note) : "");

  const InterruptGuard guard;
  TrainingPhotos photos(args, recipe, model.preprocess, training, validation, photo_decoder());
  Trainer trainer(*backend, std::move(model), recipe, photos.training, photos.validation,
                  {args.out, 45, worker_threads(args), interrupted, together.ranks});
  if (trainer.resumed()) fmt::print(report, "{}: going on after {} epochs\n", args.out, trainer.log().size());
  std::fflush(report);
  train(trainer, recipe, args.out, report, writes);
  report_skipped(photos.training);
  report_skipped(photos.validation);
  if (writes) print_result(args, trainer.log().back());
}

/// A rank that cannot go on ends the others, who would wait for it.
void run(const Train& args) {
  const std::unique_ptr<Ranks> ranks = launched_ranks();
  if (ranks->size() == 1) return run(args, *ranks);
  try {
    run(args, *ranks);
  } catch (const std::exception& error) {
    fmt::print(stderr, "zfscope: rank {} of {}: {}\n", ranks->rank(), ranks->size(), error.what());
    std::fflush(nullptr);
    ranks->abort();
  }
}

}  // namespace

void add_train(CLI::App& app) {
  auto args = std::make_shared<Train>();
  CLI::App* command = app.add_subcommand("train", "Train a network on folders of photos; goes on from RUN's checkpoint where there is one");
  command->add_option("--out", args->out, "the run's folder: checkpoint, models, log.csv, learning_curve.png, snapshots")->required();
  command->add_option("--arch", args->first.architecture, "zfnet, zfnet-wide, alexnet or alexnet-dense")->capture_default_str();
  add_network_options(*command, *args);
  command->add_option(
      "--from", args->first.from,
      "take this model's network with new class scores or, where --arch, --size, --width or --fc say what it looks like, the "
      "weights that fit; \"scratch\": start from nothing (default: the demo model where there are few photos)");
  add_recipe_options(*command, *args);
  add_options(*command, *args);
  command->callback([args, command] {
    for (const char* const option : {"--arch", "--size", "--across", "--grey", "--width", "--fc", "--std"}) {
      args->first.own_network = args->first.own_network || command->count(option) > 0;
    }
    run(*args);
  });
}

}  // namespace zf::cli
