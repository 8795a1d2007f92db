// Training on folders of photos: one network, or the variants of Table 3.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/analysis/variants.h"
#include "core/analysis/variants_files.h"
#include "core/exchange/import.h"
#include "core/io/atomic_file.h"
#include "core/nn/edit.h"
#include "core/report/learning_curve.h"
#include "core/report/png.h"
#include "core/train/first_model.h"
#include "core/train/trainer.h"
#include "native/backends/backends.h"
#include "native/files/map_file.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/report.h"

namespace zf::python {

namespace {

/// zfscope.Run
struct FinishedRun final : Result {
  FinishedRun(std::string folder, std::vector<EpochLog> lines) : out(std::move(folder)), log(std::move(lines)) {}

  [[nodiscard]] nlohmann::ordered_json numbers() const override { return epoch_json(log.back()); }
  [[nodiscard]] std::string csv() const override { return to_csv(log); }
  [[nodiscard]] std::vector<std::byte> png() const override { return encode_png(draw_learning_curve(log)); }
  [[nodiscard]] std::vector<OutputFile> files() const override { return {text_file("log.csv", csv()), {"learning_curve.png", png()}}; }

  std::string out;
  std::vector<EpochLog> log;
  std::vector<std::string> notes;
};

/// The options of zfscope.train, all of which are there; None for those that were not given.
class Options {
 public:
  explicit Options(const py::dict& dict) : dict_(&dict) {}

  /// Sets `value` where the option was given; says whether.
  template <typename T>
  bool read(const char* name, T& value) const {
    const py::object given = (*dict_)[name];
    if (given.is_none()) return false;
    value = given.cast<T>();
    return true;
  }
  [[nodiscard]] std::string path(const char* name) const { return path_of((*dict_)[name]).string(); }

 private:
  const py::dict* dict_;
};

void read_recipe(const Options& options, TrainingChoice& choice) {
  Recipe& r = choice.numbers;
  options.read("epochs", r.epochs);
  options.read("batch", r.batch);
  options.read("rate", r.rate);
  options.read("momentum", r.momentum);
  options.read("decay", r.decay);
  options.read("schedule", choice.schedule);
  options.read("patience", r.patience);
  options.read("warmup", r.warmup);
  options.read("init", choice.initialisation);
  options.read("crops", choice.crops);
  options.read("jitter", r.jitter);
  options.read("filter_limit", r.filter_limit);
  options.read("seed", r.seed);
  options.read("memory", choice.memory_gb);
}

/// The network's size and what photos become; whether any of it but `resize` was given.
bool read_size(const Options& options, TrainingChoice& choice) {
  bool grey = false;
  options.read("grey", grey);
  if (grey) choice.zoo.channels = 1;
  options.read("resize", choice.resize);
  // Every one of them is read.
  const std::array given{options.read("size", choice.zoo.size),   options.read("across", choice.zoo.across),
                         options.read("width", choice.zoo.width), options.read("fc", choice.zoo.fc),
                         options.read("std", choice.std),         grey};
  return std::ranges::count(given, true) > 0;
}

FirstModelChoice read_network(const Options& options, TrainingChoice& choice) {
  FirstModelChoice first;
  first.demo = demo_path().string();
  options.read("from_", first.from);
  first.own_network = read_size(options, choice);
  first.own_network = options.read("arch", first.architecture) || first.own_network;
  return first;
}

std::string note(const TrainingStatus& p) {
  const std::string epoch = fmt::format("epoch {}/{}", p.epoch, p.epochs);
  if (p.validating) return epoch + "  validating";
  return fmt::format("{}  loss {:.3f}  error {:.1f} %  {:.0f} photos/s", epoch, p.loss, 100 * p.top1_error, p.images_per_second);
}

/// Steps to the end; a signal's exception stops it with a checkpoint.
void run(Trainer& trainer, const std::string& out, Steps& steps) {
  std::size_t drawn = 0;
  const auto draw = [&] {
    if (trainer.log().size() == drawn) return;
    drawn = trainer.log().size();
    write_file(std::filesystem::path(out) / "learning_curve.png", encode_png(draw_learning_curve(trainer.log())));
  };
  try {
    draw();
    zf::run(trainer, [&] {
      draw();
      steps.update(trainer.progress(), note(trainer.status()));
      return true;
    });
  } catch (const py::error_already_set&) {
    trainer.save();
    throw;
  }
}

std::vector<Skipped> skipped_in(const TrainingPhotos& photos) {
  std::vector<Skipped> skipped = photos.training.skipped();
  const std::vector<Skipped> more = photos.validation.skipped();
  skipped.insert(skipped.end(), more.begin(), more.end());
  return skipped;
}

std::unique_ptr<FinishedRun> train(const py::dict& given, const BackendOptions& backend_options, double max_megapixels,
                                   const py::object& progress) {
  const Options options(given);
  TrainingChoice choice;
  choice.data = options.path("data");
  choice.out = options.path("out");
  read_recipe(options, choice);
  const FirstModelChoice chosen = read_network(options, choice);
  const NotingDecoder decoder(max_megapixels);
  std::vector<std::string> notes;
  std::vector<Skipped> skipped;
  Steps steps("train", progress);
  Lock nobody;
  auto result = [&] {
    const Busy busy(nobody);
    const Dataset training = list_dataset(choice.data, Split::kTrain);
    const Recipe recipe = for_photos(choice.recipe(), training.samples.size());
    const Dataset validation = list_dataset(choice.data, Split::kValidation, training.classes);
    const std::unique_ptr<Backend> backend = make_backend(backend_options);
    FirstModel first = first_model(choice, chosen, recipe, training,
                                   [](const std::string& path) { return load_any_model(path, {.map = map_file}).model; });
    notes = std::move(first.notes);
    TrainingPhotos photos(choice, recipe, first.model.preprocess, training, validation, decoder);
    Trainer trainer(*backend, std::move(first.model), recipe, photos.training, photos.validation,
                    {choice.out, 45, threads_of(backend_options)});
    run(trainer, choice.out, steps);
    skipped = skipped_in(photos);
    return std::make_unique<FinishedRun>(choice.out, trainer.log());
  }();
  result->notes = std::move(notes);
  decoder.warn();
  warn_of(skipped);
  return result;
}

std::string note(const Retraining& job) {
  return job.trainer() == nullptr ? job.variant() : fmt::format("{}  {}", job.variant(), note(job.trainer()->status()));
}

/// Steps to the end; a signal's exception stops it with a checkpoint.
void run(Retraining& job, Steps& steps) {
  try {
    zf::run(job, [&] {
      steps.update(job.progress(), note(job));
      return true;
    });
  } catch (const py::error_already_set&) {
    job.save();
    throw;
  }
}

Report retrain(const py::dict& given, const BackendOptions& backend_options, double max_megapixels, const py::object& progress) {
  const Options options(given);
  TrainingChoice choice;
  choice.data = options.path("data");
  choice.out = options.path("out");
  read_recipe(options, choice);
  read_size(options, choice);
  std::size_t judged = 0;
  options.read("train_photos", judged);
  const RetrainingOptions retraining{
      .recipe = choice.recipe(), .preprocess = choice.preprocess(), .out = choice.out, .threads = threads_of(backend_options)};
  const NotingDecoder decoder(max_megapixels);
  std::vector<Skipped> skipped;
  Steps steps("retrain", progress);
  Lock nobody;
  auto report = [&] {
    const Busy busy(nobody);
    const Dataset training = list_dataset(choice.data, Split::kTrain);
    const Dataset validation = list_dataset(choice.data, Split::kValidation, training.classes);
    ZooOptions zoo = choice.zoo;
    zoo.classes = static_cast<int>(training.classes.size());
    const std::unique_ptr<Backend> backend = make_backend(backend_options);
    TrainingPhotos photos(choice, retraining.recipe, retraining.preprocess, training, validation, decoder);
    const bool all = judged == 0 || judged >= photos.training.size();
    PhotoStore some(spread(training, judged), decoder, {retraining.preprocess.longest_side(), 0});
    Retraining job(*backend, table3_variants(zoo), retraining, photos.training, all ? photos.training : some, photos.validation);
    run(job, steps);
    skipped = skipped_in(photos);
    auto made = std::make_unique<Reported>();
    made->name = "table 3";
    made->json = {{"variants", table3_json(job.results())}};
    made->table = table3_csv(job.results());
    made->output = {text_file("table3.csv", made->table), text_file("table3.md", table3_markdown(job.results()))};
    return made;
  }();
  decoder.warn();
  warn_of(skipped);
  return report;
}

/// (epochs, columns of log.csv)
py::array epochs_of(const FinishedRun& self) {
  constexpr py::ssize_t kColumns = 8;
  py::array_t<double> values({std::ssize(self.log), kColumns});
  for (std::size_t i = 0; i < self.log.size(); ++i) {
    const EpochLog& line = self.log[i];
    const std::array<double, kColumns> row{static_cast<double>(line.epoch),
                                           line.rate,
                                           line.train_loss,
                                           line.train_top1_error,
                                           line.val_loss,
                                           line.val_top1_error,
                                           line.val_top5_error,
                                           line.seconds};
    std::copy(row.begin(), row.end(), values.mutable_data(static_cast<py::ssize_t>(i), 0));
  }
  return values;
}

}  // namespace

void bind_train(py::module_& module) {
  py::class_<FinishedRun, Result>(module, "Run", "A training run that is finished, and its folder.")
      .def_property_readonly("values", epochs_of,
                             "A line an epoch: float64 of (epochs, 8), epoch, rate, train loss and top-1 error, validation loss, top-1 and "
                             "top-5 error, seconds.")
      .def_property_readonly(
          "path", [](const FinishedRun& self) { return self.out; }, "Its folder: models, checkpoint, log, snapshots.")
      .def_property_readonly(
          "model", [](const FinishedRun& self) { return (std::filesystem::path(self.out) / "model.safetensors").string(); },
          "The last epoch's model, for zfscope.load.")
      .def_property_readonly(
          "notes", [](const FinishedRun& self) { return self.notes; }, "What the network started from.")
      .def("__repr__", [](const FinishedRun& self) {
        return fmt::format("Run({}: {} epochs, {:.1f} % top-1 error)", self.out, self.log.size(), 100 * self.log.back().val_top1_error);
      });
  module.def(
      "train",
      [](const py::dict& options, const std::string& backend, int threads, double max_megapixels, const py::object& progress) {
        return train(options, {backend, threads, false}, max_megapixels, progress);
      },
      py::arg("options"), py::arg("backend"), py::arg("threads"), py::arg("max_megapixels"), py::arg("progress"),
      "Of zfscope.train's options.");
  module.def(
      "retrain",
      [](const py::dict& options, const std::string& backend, int threads, double max_megapixels, const py::object& progress) {
        return retrain(options, {backend, threads, false}, max_megapixels, progress);
      },
      py::arg("options"), py::arg("backend"), py::arg("threads"), py::arg("max_megapixels"), py::arg("progress"),
      "Of zfscope.retrain's options.");
}

}  // namespace zf::python
