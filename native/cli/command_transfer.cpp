// zfscope transfer: a model's features on another data set (Tables 4 to 7).
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/analysis/softmax_solver.h"
#include "core/analysis/transfer.h"
#include "core/analysis/transfer_files.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/interrupt.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/liblinear/liblinear_solver.h"

namespace zf::cli {

namespace {

struct TransferArguments : Options {
  TransferOptions transfer;
  std::string data;
  std::vector<std::string> classifiers = {"svm", "softmax"};
};

/// False where it was interrupted.
bool work(TransferJob& job) {
  const InterruptGuard guard;
  Progress bar("transfer");
  return zf::run(job, [&] {
    bar.update(job.progress(), job.stage());
    return !interrupted();
  });
}

void print(const TransferArguments& args, const TransferJob& job, const SkippedPhotos& skipped) {
  if (!args.json) {
    fmt::print("{0}\n{1}/transfer.md, {1}/transfer.csv, {1}/results.json\n", transfer_markdown(job.results()), args.transfer.out);
    return;
  }
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (const TransferResult& result : job.results()) results.push_back(to_json(result));
  fmt::print("{}\n", nlohmann::ordered_json{{"skipped", skipped.json()}, {"results", results}}.dump());
}

void run(const TransferArguments& args) {
  const std::vector<std::string> inputs = args.inputs();
  if (!inputs.empty()) fail("transfer: expected nothing beside MODEL.safetensors, found {}", inputs.front());
  const Session session = open_session(args);
  const ImageDecoder& decoder = photo_decoder();
  const std::unique_ptr<Backend> cpu = session.backend->trains() ? nullptr : make_cpu_backend(args.backend.threads);
  const SoftmaxSolver softmax(cpu != nullptr ? *cpu : *session.backend);
  const LiblinearSolver svm;
  std::vector<const LinearSolver*> solvers;
  for (const std::string& name : args.classifiers) {
    solvers.push_back(name == softmax.name() ? static_cast<const LinearSolver*>(&softmax) : &svm);
  }
  TransferOptions options = args.transfer;
  options.threads = worker_threads(args);
  TransferJob job(*session.net, session.model, list_transfer_data(args.data), decoder, std::move(solvers), options);
  if (!work(job)) fail("transfer: interrupted in {}; what is finished is written, and the same command goes on from it", job.stage());
  SkippedPhotos skipped;
  skipped.add(job.skipped());
  skipped.report(job.photos() + skipped.size());
  print(args, job, skipped);
}

}  // namespace

void add_transfer(CLI::App& app) {
  auto args = std::make_shared<TransferArguments>();
  TransferOptions& t = args->transfer;
  CLI::App* command =
      app.add_subcommand("transfer", "Tables 4-7: linear classifiers on a model's frozen features; goes on where OUT stopped");
  command->add_option("--data", args->data, "folder with train/CLASS/* and test/CLASS/* (or val/)")->required();
  command->add_option("--out", t.out, "folder for features, transfer.md, transfer.csv and results.json")->required();
  command->add_option("--train", t.per_class, "training photos of each class")->delimiter(',')->capture_default_str();
  command->add_option("--splits", t.splits, "draws of training and test photos")->capture_default_str();
  command->add_option("--layers", t.layers, "ends of the paper's layers")->delimiter(',')->capture_default_str();
  command->add_option("--classifiers", args->classifiers, "svm (liblinear), softmax")
      ->delimiter(',')
      ->check(CLI::IsMember({"svm", "softmax"}))
      ->capture_default_str();
  command->add_option("--values", t.limit, "values of a photo and layer at most; larger maps are averaged to a grid")
      ->capture_default_str();
  command->add_option("--costs", t.costs, "weights of the losses to choose from, on training photos held out")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--scratch-epochs", t.scratch_epochs, "also train the same net from scratch on the first split, so many epochs")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_options(*command, *args);
  add_arguments(*command, *args, "nothing else");
  add_photo_limit(*command);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
