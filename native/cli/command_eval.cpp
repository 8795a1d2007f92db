// zfscope eval: error rates of a model on folders of photos.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/tensor/error.h"
#include "core/train/evaluate.h"
#include "native/cli/command.h"
#include "native/cli/photos.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/media/opencv_decoder.h"

namespace zf::cli {

namespace {

struct Eval {
  Options options;
  std::string data;
  bool ten_crop = false;
  int resize = 0;
};

void print(const Eval& args, const EvaluationResult& result) {
  if (args.options.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"images", result.images},
                                              {"skipped", result.skipped},
                                              {"top1_error", result.top1_error},
                                              {"top5_error", result.top5_error},
                                              {"crops", result.crops}}
                           .dump());
    return;
  }
  fmt::print("{} photos, {} skipped, {} {}\n", result.images, result.skipped, result.crops, result.crops == 1 ? "crop" : "crops");
  fmt::print("top-1 error {:5.2f} %\ntop-5 error {:5.2f} %\n", 100 * result.top1_error, 100 * result.top5_error);
}

void run(const Eval& args) {
  const std::vector<std::string> inputs = args.options.inputs();
  if (!inputs.empty()) fail("eval: expected nothing beside MODEL.safetensors, found {}", inputs.front());
  const Session session = open_session(args.options);
  Preprocess preprocess = session.model.preprocess;
  if (args.resize > 0) preprocess.resize = args.resize;
  check(preprocess, "eval");
  const OpenCvDecoder decoder;
  // Every photo is needed once: nothing is kept.
  PhotoStore photos(list_dataset(args.data, Split::kValidation, session.model.classes), decoder, {preprocess.resize, 0});
  Evaluation evaluation(*session.net, photos, preprocess, {args.ten_crop, 32, worker_threads(args.options)});
  {
    Progress bar("eval");
    bool more = true;
    while (more) {
      more = evaluation.step();
      bar.update(evaluation.progress());
    }
  }
  report_skipped(photos);
  const EvaluationResult result = evaluation.result();
  if (result.images == 0) fail("{}: expected photos that can be read, found none among {}", args.data, photos.size());
  print(args, result);
}

}  // namespace

void add_eval(CLI::App& app) {
  auto args = std::make_shared<Eval>();
  CLI::App* command = app.add_subcommand("eval", "Top-1 and top-5 error of a model on folders of photos");
  add_options(*command, args->options);
  add_arguments(*command, args->options, "nothing else");
  command->add_option("--data", args->data, "folder with val/CLASS/* (or test/), named after the model's classes")->required();
  command->add_flag("--ten-crop", args->ten_crop, "average over corners and centre, mirrored too (section 3)");
  command->add_option("--resize", args->resize, "shorter side of a photo before cropping, in place of the model's")
      ->check(CLI::PositiveNumber);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
