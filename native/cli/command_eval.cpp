// zfscope eval: error rates of a model on folders of photos.
#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include "core/io/model.h"
#include "core/nn/known.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"
#include "core/train/ensemble.h"
#include "native/cli/command.h"
#include "native/cli/eval_part.h"
#include "native/cli/eval_report.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/cli/sharding.h"

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
  std::string shard;
  std::string out;
};

/// Its place in memory stays, since the evaluation looks at it.
std::unique_ptr<EvalMember> make_member(const Eval& args, Backend& backend, const std::string& path) {
  auto member = std::make_unique<EvalMember>();
  member->name = path;
  member->model = open_model_to_run(path);
  member->net = take_net(backend, member->model);
  if (args.resize > 0) member->model.preprocess.resize = args.resize;
  check(member->model.preprocess, "eval");
  return member;
}

/// Of every photo below a folder; what it shows does not count.
std::vector<float> scores_of_unknown(const Eval& args, const EvalMember& member, const ImageDecoder& decoder) {
  PhotoStore photos(unknown_photos(args.unknown, member.model.classes), decoder,
                    PhotoStore::Limits{member.model.preprocess.longest_side(), 0});
  Evaluation evaluation(*member.net, photos, member.model.preprocess, {args.ten_crop, 32, worker_threads(args.options)});
  {
    Progress bar("unknown");
    run(evaluation, bar);
  }
  report_skipped(photos);
  if (evaluation.scores().empty()) fail("{}: expected photos that can be read, found none among {}", args.unknown, photos.size());
  return scores_of(evaluation.scores());
}

std::optional<Telling> tell(const Eval& args, const EvalMember& member, const Evaluation& evaluation, const ImageDecoder& decoder) {
  const std::optional<KnownRule> rule = args.calibrate.empty() ? member.model.known : known_rule(evaluation.scores());
  if (!rule && !args.unknown.empty()) {
    fail("{}: expected a model that has a threshold for what it knows, found none; --calibrate writes one", member.name);
  }
  if (!rule) return std::nullopt;
  if (args.unknown.empty()) return tell_known(*rule, evaluation.scores());
  return tell_unknown(*rule, evaluation.scores(), scores_of_unknown(args, member, decoder));
}

/// Each with photos and, from batch `first` of the shard's on, its evaluation.
Ensemble begin(const EvalMembers& members, const EvaluationOptions& options) {
  std::vector<std::unique_ptr<Evaluation>> evaluations;
  for (const std::unique_ptr<EvalMember>& member : members) {
    evaluations.push_back(std::make_unique<Evaluation>(*member->net, *member->photos, member->model.preprocess, options));
  }
  return Ensemble(std::move(evaluations));
}

EvalMembers make_members(const Eval& args, Backend& backend) {
  std::vector<std::string> paths{args.options.model()};
  paths.insert(paths.end(), args.with.begin(), args.with.end());
  EvalMembers members;
  for (const std::string& path : paths) {
    EvalMember& member = *members.emplace_back(make_member(args, backend, path));
    // Every photo is needed once: nothing is kept.
    member.photos = std::make_unique<PhotoStore>(list_dataset(args.data, Split::kValidation, members.front()->model.classes),
                                                 photo_decoder(), PhotoStore::Limits{member.model.preprocess.longest_side(), 0});
    if (!std::ranges::equal(member.model.classes, members.front()->model.classes, same_class)) {
      fail("{}: expected the classes of {}, found others", path, paths.front());
    }
  }
  return members;
}

void run_shard(const Eval& args, const EvalMembers& members, EvaluationOptions options) {
  EvalPart part(members, options, args.out);
  options.first = part.done();
  Ensemble ensemble = begin(members, options);
  part.run(ensemble, args.options.json);
}

void run(const Eval& args) {
  const std::vector<std::string> inputs = args.options.inputs();
  if (!inputs.empty()) fail("eval: expected nothing beside MODEL.safetensors, found {}", inputs.front());
  if (!args.with.empty() && !(args.unknown.empty() && args.calibrate.empty())) {
    fail("eval: expected --unknown and --calibrate of one model, found {}", args.with.size() + 1);
  }
  const std::optional<Shard> shard = chosen_shard(args.shard);
  if (shard && !(args.unknown.empty() && args.calibrate.empty()))
    fail("eval: expected --unknown and --calibrate of all photos, found a shard");
  const std::unique_ptr<Backend> backend = open_backend(args.options.backend);
  const EvalMembers members = make_members(args, *backend);
  EvaluationOptions options{args.ten_crop, 32, worker_threads(args.options)};
  options.shard = shard.value_or(Shard{});
  if (shard) return run_shard(args, members, options);
  Ensemble ensemble = begin(members, options);
  {
    Progress bar("eval");
    run(ensemble, bar);
  }
  const EvalMember& first = *members.front();
  report_skipped(*first.photos);
  if (ensemble.result().images == 0) fail("{}: expected photos that can be read, found none among {}", args.data, first.photos->size());
  EvalReport report{ensemble.result(), {}, skipped_json(*first.photos), {}};
  for (std::size_t i = 0; i < members.size(); ++i) report.members.emplace_back(members[i]->name, ensemble.members()[i]->result());
  if (members.size() == 1) report.telling = tell(args, first, *ensemble.members().front(), photo_decoder());
  if (report.telling && !args.calibrate.empty()) save_with_rule(args.calibrate, first.model, *first.net, report.telling->rule, first.name);
  print(report, args.options.json);
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
  add_shard_option(*command, args->shard);
  command->add_option("--out", args->out, "folder for the shard's part");
  command->callback([args] {
    if (args->shard.empty() != args->out.empty()) throw CLI::ValidationError("eval", "expected --shard and --out together, found one");
    run(*args);
  });
}

}  // namespace zf::cli
