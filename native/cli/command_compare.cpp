// zfscope compare: the lower layers of several models side by side (Fig. 6).
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "core/analysis/comparison.h"
#include "core/report/comparison_figure.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/photo_choice.h"
#include "native/cli/photo_reader.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

struct Compare {
  Options options;
  PhotoOptions photos;
  std::vector<std::string> names;
  double dead = ComparisonOptions{}.dead;
  std::string out;
};

/// The models' file names without endings, or as much of their paths as tells them apart.
std::vector<std::string> names_of(const Compare& args, const std::vector<std::string>& models) {
  if (!args.names.empty()) {
    if (args.names.size() != models.size())
      fail("compare: expected a name for each of {} models, found {}", models.size(), args.names.size());
    return args.names;
  }
  std::vector<std::string> names;
  for (const std::string& model : models) names.push_back(fs::path(model).stem().string());
  return std::set<std::string>(names.begin(), names.end()).size() == names.size() ? names : models;
}

ModelProfile profile(const Compare& args, const std::string& model, const std::string& name, ChosenPhotos& chosen) {
  Options options = args.options;
  options.arguments = {model};
  const Session session = open_session(options);
  const auto decode = [&](const Sample& photo) { return preprocess_image(session.model.preprocess, load_photo(photo.path)); };
  ProfileJob job(*session.net, {.dead = args.dead}, chosen.photos.size(), [&](std::size_t i) { return chosen.read(i, decode); });
  Progress bar(name);
  run(job, bar);
  bar.update(1);
  ModelProfile result = job.profile();
  result.name = name;
  result.order = session.model.preprocess.order;
  return result;
}

void print(const std::vector<ModelProfile>& models, const ComparisonOptions& options) {
  const auto text = [](const Estimate& e, double unit) {
    return fmt::format("{:.1f} [{:.1f}, {:.1f}]", unit * e.value, unit * e.low, unit * e.high);
  };
  for (const ModelProfile& model : models) {
    const ProfileClaims claims = profile_claims(model, options);
    fmt::print("{} (mean [95 % interval])\n", model.name);
    fmt::print("  frequencies: low {} %, mid {} %, high {} %; aliased by stride {}: {} %\n", text(claims.bands[0], 100),
               text(claims.bands[1], 100), text(claims.bands[2], 100), model.stride, text(claims.aliased, 100));
    fmt::print("  strongest filter over the median: {}\n", text(claims.dominance, 1));
    for (std::size_t k = 0; k < claims.dead.size(); ++k) {
      fmt::print("  {}: {} % of {} maps dead over {} photos\n", model.layers[k].layer, text(claims.dead[k], 100),
                 model.layers[k].greatest.size(), model.photos);
    }
  }
}

void run(const Compare& args) {
  const std::vector<std::string> models = args.options.models();
  if (models.size() < 2) fail("compare: expected at least two models, found {}", models.size());
  const std::vector<std::string> names = names_of(args, models);
  ChosenPhotos chosen = choose_photos(args.photos, args.options.inputs(), {}, "compare");
  std::vector<ModelProfile> profiles;
  for (std::size_t i = 0; i < models.size(); ++i) profiles.push_back(profile(args, models[i], names[i], chosen));
  const ComparisonOptions options{.dead = args.dead};
  nlohmann::ordered_json json = comparison_json(profiles, options);
  json["skipped"] = chosen.skipped.json();
  write_files(args.out, comparison_files(profiles, options, json));
  if (args.options.json) {
    print_json(json);
  } else {
    print(profiles, options);
    fmt::print("{}\n", args.out);
  }
  chosen.report();
}

}  // namespace

void add_compare(CLI::App& app) {
  auto args = std::make_shared<Compare>();
  CLI::App* command = app.add_subcommand("compare", "First filters, second-layer projections, dead maps and aliasing of models (Fig. 6)");
  add_options(*command, args->options);
  command
      ->add_option("arguments", args->options.arguments,
                   "two MODEL.safetensors or more, and IMAGE... for dead maps and second-layer projections")
      ->type_name("");
  add_photo_options(*command, args->photos);
  command->add_option("--out", args->out, "folder for the pictures and their numbers")->required();
  command->add_option("--names", args->names, "what to call the models in pictures")->delimiter(',');
  command->add_option("--dead", args->dead, "a map is dead that never exceeds this part of its layer's strongest activation")
      ->check(CLI::Range(0.0, 0.999))
      ->capture_default_str();
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
