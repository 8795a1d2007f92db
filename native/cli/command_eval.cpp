// zfscope eval: error rates of a model on folders of photos.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/io/model.h"
#include "core/tensor/error.h"
#include "core/train/ensemble.h"
#include "native/cli/command.h"
#include "native/cli/photos.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/media/opencv_decoder.h"

namespace zf::cli {

namespace {

struct Eval {
  Options options;
  std::vector<std::string> with;
  std::string data;
  bool ten_crop = false;
  int resize = 0;
};

/// A model and its way through the photos.
struct Member {
  std::string name;
  Model model;
  std::unique_ptr<Net> net;
  std::unique_ptr<PhotoStore> photos;
};

/// Its place in memory stays, since the evaluation looks at it.
std::unique_ptr<Member> make_member(const Eval& args, Backend& backend, const std::string& path) {
  auto member = std::make_unique<Member>();
  member->name = path;
  member->model = load_model(path);
  member->net = std::make_unique<Net>(backend, member->model.network, std::move(member->model.parameters));
  if (args.resize > 0) member->model.preprocess.resize = args.resize;
  check(member->model.preprocess, "eval");
  return member;
}

nlohmann::ordered_json to_json(const EvaluationResult& result) {
  return {{"images", result.images},
          {"skipped", result.skipped},
          {"top1_error", result.top1_error},
          {"top5_error", result.top5_error},
          {"crops", result.crops}};
}

/// With one model its numbers alone; of an ensemble each model's, too.
void print(const Eval& args, const std::vector<std::unique_ptr<Member>>& members, const Ensemble& ensemble) {
  const EvaluationResult all = ensemble.result();
  if (args.options.json) {
    nlohmann::ordered_json json = to_json(all);
    for (std::size_t i = 0; i < members.size() && members.size() > 1; ++i) {
      nlohmann::ordered_json one = to_json(ensemble.members()[i]->result());
      one["model"] = members[i]->name;
      json["models"].push_back(std::move(one));
    }
    fmt::print("{}\n", json.dump());
    return;
  }
  fmt::print("{} photos, {} skipped, {} {}\n", all.images, all.skipped, all.crops, all.crops == 1 ? "crop" : "crops");
  if (members.size() == 1) {
    fmt::print("top-1 error {:5.2f} %\ntop-5 error {:5.2f} %\n", 100 * all.top1_error, 100 * all.top5_error);
    return;
  }
  const auto line = [](const EvaluationResult& result, const std::string& name) {
    fmt::print("{:5.2f} %  {:5.2f} %  {}\n", 100 * result.top1_error, 100 * result.top5_error, name);
  };
  fmt::print("top-1    top-5 error\n");
  for (std::size_t i = 0; i < members.size(); ++i) line(ensemble.members()[i]->result(), members[i]->name);
  line(all, fmt::format("all {} together", members.size()));
}

void run(const Eval& args) {
  const std::vector<std::string> inputs = args.options.inputs();
  if (!inputs.empty()) fail("eval: expected nothing beside MODEL.safetensors, found {}", inputs.front());
  const std::unique_ptr<Backend> backend = open_backend(args.options.backend);
  std::vector<std::string> paths{args.options.model()};
  paths.insert(paths.end(), args.with.begin(), args.with.end());
  const OpenCvDecoder decoder;
  std::vector<std::unique_ptr<Member>> members;
  std::vector<std::unique_ptr<Evaluation>> evaluations;
  for (const std::string& path : paths) {
    Member& member = *members.emplace_back(make_member(args, *backend, path));
    // Every photo is needed once: nothing is kept.
    member.photos = std::make_unique<PhotoStore>(list_dataset(args.data, Split::kValidation, members.front()->model.classes), decoder,
                                                 PhotoStore::Limits{member.model.preprocess.longest_side(), 0});
    if (member.model.classes != members.front()->model.classes) {
      fail("{}: expected the classes of {}, found others", path, paths.front());
    }
    evaluations.push_back(std::make_unique<Evaluation>(*member.net, *member.photos, member.model.preprocess,
                                                       EvaluationOptions{args.ten_crop, 32, worker_threads(args.options)}));
  }
  Ensemble ensemble(std::move(evaluations));
  {
    Progress bar("eval");
    run(ensemble, bar);
  }
  report_skipped(*members.front()->photos);
  if (ensemble.result().images == 0) {
    fail("{}: expected photos that can be read, found none among {}", args.data, members.front()->photos->size());
  }
  print(args, members, ensemble);
}

}  // namespace

void add_eval(CLI::App& app) {
  auto args = std::make_shared<Eval>();
  CLI::App* command = app.add_subcommand("eval", "Top-1 and top-5 error of a model, or of several together, on folders of photos");
  add_options(*command, args->options);
  add_arguments(*command, args->options, "nothing else");
  command->add_option("--data", args->data, "folder with val/CLASS/* (or test/), named after the model's classes")->required();
  command->add_option("--with", args->with, "MODEL.safetensors,... that answer together with it: the mean of all probabilities (Table 2)")
      ->delimiter(',');
  command->add_flag("--ten-crop", args->ten_crop, "average over corners and centre, mirrored too (section 3)");
  command->add_option("--resize", args->resize, "shorter side of a photo before cropping, in place of the model's")
      ->check(CLI::PositiveNumber);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
