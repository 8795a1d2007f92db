// zfscope transfer: a model's features on another data set (Tables 4 to 7).
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/analysis/features.h"
#include "core/analysis/softmax_solver.h"
#include "core/analysis/transfer.h"
#include "core/analysis/transfer_files.h"
#include "core/data/part.h"
#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/interrupt.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/cli/shard_report.h"
#include "native/cli/sharding.h"
#include "native/cli/transfer.h"
#include "native/liblinear/liblinear_solver.h"

namespace zf::cli {

namespace fs = std::filesystem;

namespace {

struct TransferArguments : Options {
  TransferOptions transfer;
  std::string data;
  std::vector<std::string> classifiers = {"svm", "softmax"};
  std::string shard;
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
  print_json({{"skipped", skipped.json()}, {"results", results}});
}

fs::path features_in(const fs::path& out) { return out / "features"; }

/// The shard's files of features that are there, up to the first that is not.
nlohmann::json finished_files(const fs::path& out, const Shard& shard, std::size_t files) {
  nlohmann::json found = nlohmann::json::array();
  std::error_code error;
  for (std::size_t own = 0; own < shard.share(files); ++own) {
    const fs::path file = feature_file(features_in(out).string(), static_cast<int>(shard.at(own)));
    if (!fs::exists(file, error)) break;
    found.push_back(file.filename().string());
  }
  return found;
}

/// The features of the shard's photos.
void run_shard(const TransferArguments& args, const Shard& shard) {
  const Session session = open_session(args);
  const ShardLock lock(args.transfer.out, shard);
  TransferOptions options = args.transfer;
  options.threads = worker_threads(args);
  options.shard = shard;
  TransferData data = list_transfer_data(args.data);
  const auto files = static_cast<std::size_t>(feature_files(data.photos.samples.size()));
  TransferJob job(*session.net, session.model, std::move(data), photo_decoder(), {}, options);
  Part part = resumed_part(options.out, {"transfer", shard, job.feature_setup()}, files);
  const bool finished = work(job);
  part.results = finished_files(options.out, shard, files);
  write_part(part_path(options.out, shard), part);
  if (!finished) fail_interrupted(part);
  report_part(options.out, part, args.json);
}

void run(const TransferArguments& args) {
  const std::vector<std::string> inputs = args.inputs();
  if (!inputs.empty()) fail("transfer: expected nothing beside MODEL.safetensors, found {}", inputs.front());
  if (const std::optional<Shard> shard = chosen_shard(args.shard)) return run_shard(args, *shard);
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

void merge_transfer(const std::vector<fs::path>& parts, const fs::path& out, bool as_json) {
  const JoinedParts joined = join_parts(parts);
  make_folder(features_in(out));
  for (std::size_t i = 0; i < joined.results.size(); ++i) {
    const fs::path& from = joined.folders[i % joined.folders.size()];
    const std::string file = feature_file(features_in(from).string(), static_cast<int>(i));
    if (!fs::exists(file)) fail("{}: expected a file of features, found none; the command that made its part makes it", file);
    if (!fs::equivalent(features_in(from), features_in(out)))
      write_file(feature_file(features_in(out).string(), static_cast<int>(i)), read_file(file));
  }
  remove_parts(out);
  if (as_json) {
    print_json({{"features", features_in(out).string()}, {"files", joined.results.size()}});
  } else {
    fmt::print("{} files of features: {}\n", joined.results.size(), features_in(out).string());
  }
}

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
  add_shard_option(*command, args->shard);
  add_options(*command, *args);
  add_arguments(*command, *args, "nothing else");
  add_photo_limit(*command);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
