// zfscope eval: error rates of a model on folders of photos.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "core/data/photo_list.h"
#include "core/io/json_fields.h"
#include "core/io/model.h"
#include "core/nn/known.h"
#include "core/nn/prediction.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "core/train/ensemble.h"
#include "native/cli/command.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

struct Eval {
  Options options;
  std::vector<std::string> with;
  std::string data;
  std::string unknown;
  std::string calibrate;
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
  member->model = open_model_to_run(path);
  member->net = take_net(backend, member->model);
  if (args.resize > 0) member->model.preprocess.resize = args.resize;
  check(member->model.preprocess, "eval");
  return member;
}

/// How well the energy tells the photos of --data from those of --unknown.
struct Telling {
  KnownRule rule;                 ///< the model's, or with --calibrate that of the photos of --data
  double known = 0;               ///< the part of --data that reaches the threshold
  double rightly_named = 0;       ///< likewise of those that are named rightly
  std::optional<double> unknown;  ///< likewise of --unknown
  std::optional<double> auroc;    ///< of --data against --unknown
  std::int64_t unknown_photos = 0;
};

std::vector<float> scores_of(std::span<const ScoredPhoto> photos, bool only_right = false) {
  std::vector<float> scores;
  for (const ScoredPhoto& photo : photos) {
    if (photo.right || !only_right) scores.push_back(photo.score);
  }
  return scores;
}

/// Of every photo below a folder; what it shows does not count.
std::vector<float> scores_of_unknown(const Eval& args, const Member& member, const ImageDecoder& decoder) {
  Dataset dataset = list_photos(args.unknown).dataset();
  dataset.classes = member.model.classes;
  for (Sample& sample : dataset.samples) sample.label = 0;
  PhotoStore photos(std::move(dataset), decoder, PhotoStore::Limits{member.model.preprocess.longest_side(), 0});
  Evaluation evaluation(*member.net, photos, member.model.preprocess, {args.ten_crop, 32, worker_threads(args.options)});
  {
    Progress bar("unknown");
    run(evaluation, bar);
  }
  report_skipped(photos);
  if (evaluation.scores().empty()) fail("{}: expected photos that can be read, found none among {}", args.unknown, photos.size());
  return scores_of(evaluation.scores());
}

std::optional<Telling> tell(const Eval& args, const Member& member, const Evaluation& evaluation, const ImageDecoder& decoder) {
  const std::optional<KnownRule> rule = args.calibrate.empty() ? member.model.known : known_rule(evaluation.scores());
  if (!rule && !args.unknown.empty()) {
    fail("{}: expected a model that has a threshold for what it knows, found none; --calibrate writes one", member.name);
  }
  if (!rule) return std::nullopt;
  Telling telling;
  telling.rule = *rule;
  const std::vector<float> known = scores_of(evaluation.scores());
  telling.known = share_known(known, *rule);
  telling.rightly_named = share_known(scores_of(evaluation.scores(), true), *rule);
  if (args.unknown.empty()) return telling;
  const std::vector<float> unknown = scores_of_unknown(args, member, decoder);
  telling.unknown = share_known(unknown, *rule);
  telling.auroc = auroc(known, unknown);
  telling.unknown_photos = std::ssize(unknown);
  return telling;
}

/// The model as it was evaluated, with the rule that its photos give; stored as the file was.
void write_calibrated(const Eval& args, const Member& member, const KnownRule& rule) {
  const Precision precision = SafetensorsReader(std::filesystem::path(member.name)).entries().begin()->second.precision;
  Model model = member.model;
  model.parameters = member.net->parameters();
  model.known = rule;
  save_model(args.calibrate, model, precision);
}

nlohmann::ordered_json to_json(const Telling& telling) {
  nlohmann::ordered_json json = {{"score", kEnergyScore},
                                 {"threshold", exact_json(telling.rule.threshold)},
                                 {"known", telling.known},
                                 {"rightly_named_known", telling.rightly_named}};
  if (!telling.unknown) return json;
  json["unknown_photos"] = telling.unknown_photos;
  json["unknown_taken_for_known"] = *telling.unknown;
  json["auroc"] = *telling.auroc;
  return json;
}

void print(const Telling& telling) {
  fmt::print("energy of {:.3f} or more: {:.1f} % of the photos, {:.1f} % of those that it names rightly\n", telling.rule.threshold,
             100 * telling.known, 100 * telling.rightly_named);
  if (!telling.unknown) return;
  fmt::print("                       and {:.1f} % of {} unknown ones; AUROC {:.3f}\n", 100 * *telling.unknown, telling.unknown_photos,
             *telling.auroc);
}

nlohmann::ordered_json to_json(const EvaluationResult& result) {
  return {{"images", result.images}, {"top1_error", result.top1_error}, {"top5_error", result.top5_error}, {"crops", result.crops}};
}

/// With one model its numbers alone; of an ensemble each model's, too.
void print(const Eval& args, const std::vector<std::unique_ptr<Member>>& members, const Ensemble& ensemble,
           const std::optional<Telling>& telling) {
  const EvaluationResult all = ensemble.result();
  if (args.options.json) {
    nlohmann::ordered_json json = to_json(all);
    json["skipped"] = skipped_json(*members.front()->photos);
    for (std::size_t i = 0; i < members.size() && members.size() > 1; ++i) {
      nlohmann::ordered_json one = to_json(ensemble.members()[i]->result());
      one["model"] = members[i]->name;
      json["models"].push_back(std::move(one));
    }
    if (telling) json["known"] = to_json(*telling);
    fmt::print("{}\n", to_text(json));
    return;
  }
  fmt::print("{} photos, {} skipped, {} {}\n", all.images, all.skipped, all.crops, all.crops == 1 ? "crop" : "crops");
  if (members.size() == 1) {
    fmt::print("top-1 error {:5.2f} %\ntop-5 error {:5.2f} %\n", 100 * all.top1_error, 100 * all.top5_error);
    if (telling) print(*telling);
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
  if (!args.with.empty() && !(args.unknown.empty() && args.calibrate.empty())) {
    fail("eval: expected --unknown and --calibrate of one model, found {}", args.with.size() + 1);
  }
  const std::unique_ptr<Backend> backend = open_backend(args.options.backend);
  std::vector<std::string> paths{args.options.model()};
  paths.insert(paths.end(), args.with.begin(), args.with.end());
  const ImageDecoder& decoder = photo_decoder();
  std::vector<std::unique_ptr<Member>> members;
  std::vector<std::unique_ptr<Evaluation>> evaluations;
  for (const std::string& path : paths) {
    Member& member = *members.emplace_back(make_member(args, *backend, path));
    // Every photo is needed once: nothing is kept.
    member.photos = std::make_unique<PhotoStore>(list_dataset(args.data, Split::kValidation, members.front()->model.classes), decoder,
                                                 PhotoStore::Limits{member.model.preprocess.longest_side(), 0});
    if (!std::ranges::equal(member.model.classes, members.front()->model.classes, same_class)) {
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
  const Member& first = *members.front();
  const std::optional<Telling> telling =
      members.size() == 1 ? tell(args, first, *ensemble.members().front(), decoder) : std::optional<Telling>();
  if (telling && !args.calibrate.empty()) write_calibrated(args, first, telling->rule);
  print(args, members, ensemble, telling);
}

}  // namespace

void add_eval(CLI::App& app) {
  auto args = std::make_shared<Eval>();
  CLI::App* command = app.add_subcommand("eval", "Top-1 and top-5 error of a model, or of several together, on folders of photos");
  add_options(*command, args->options);
  add_arguments(*command, args->options, "nothing else");
  add_photo_limit(*command);
  command->add_option("--data", args->data, "folder with val/CLASS/* (or test/), named after the model's classes")->required();
  command->add_option("--with", args->with, "MODEL.safetensors,... that answer together with it: the mean of all probabilities (Table 2)")
      ->delimiter(',');
  command->add_flag("--ten-crop", args->ten_crop, "average over corners and centre, mirrored too (section 3)");
  command->add_option("--resize", args->resize, "shorter side of a photo before cropping, in place of the model's")
      ->check(CLI::PositiveNumber);
  command->add_option("--unknown", args->unknown, "folder of photos of other things: how many of them the model takes for things it knows");
  command->add_option(
      "--calibrate", args->calibrate,
      "write the model to this file, with --resize, and with the threshold that 95 % of the photos reach that it names rightly");
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
