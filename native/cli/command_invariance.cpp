// zfscope invariance: how two layers and the output respond to moved, scaled and turned photos (Fig. 5).
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/analysis/invariance.h"
#include "core/analysis/invariance_claims.h"
#include "core/io/atomic_file.h"
#include "core/nn/layer_choice.h"
#include "core/report/invariance_figure.h"
#include "core/report/png.h"
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

struct Invariance {
  ImageOptions options;
  PhotoOptions photos;
  std::vector<std::string> layers{"1", "7"};
  std::string surround = "mean";
  std::optional<int> label;
  std::vector<double> translations;
  std::vector<double> scales;
  std::vector<double> rotations;
  int batch = 32;
  std::string out;
};

InvariancePhoto read(const Invariance& args, const Session& session, const Sample& sample) {
  const int label = args.label.value_or(sample.label);
  const std::string name = fs::path(sample.path).filename().string();
  if (!args.options.input_npy.empty()) return {name, load_input_npy(session, sample.path), label};
  return {name, preprocess_whole(session.model.preprocess, load_photo(sample.path)), label};
}

InvarianceStory measure(const Invariance& args, const Session& session, ChosenPhotos& chosen) {
  const Network& network = session.net->network();
  const LayerChoice first = choose_layer(network, args.layers[0]);
  const LayerChoice second = choose_layer(network, args.layers[1]);
  InvarianceOptions options;
  options.layers = {first.index, second.index};
  options.surround = surround_values(surround_named(args.surround), session.model.preprocess);
  options.amounts = amounts_or_default({args.translations, args.scales, args.rotations}, network.input.h);
  options.batch = args.batch;
  InvarianceJob job(*session.net, options, chosen.photos.size(),
                    [&](std::size_t i) { return chosen.read(i, [&](const Sample& sample) { return read(args, session, sample); }); });
  Progress bar("invariance");
  run(job, bar);
  bar.update(1);
  return {{first.label, second.label}, options.amounts, job.records(), session.model.classes};
}

std::string text_of(const Estimate& estimate) {
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", estimate.value, estimate.low, estimate.high);
}

void print(const InvarianceStory& story, const InvarianceClaims& claims) {
  for (const AxisClaims& axis : claims.axes) {
    fmt::print("{} ({} photos; mean [95 % interval])\n", name_of(axis.axis), axis.photos);
    for (std::size_t k = 0; k < 2; ++k) {
      fmt::print("  {:18} change at {:.3g}: {} of its greatest, {} of its features; linear R2 {}\n", story.layers[k], axis.small,
                 text_of(axis.early[k]), text_of(axis.relative[k]), axis.linearity[k] ? text_of(*axis.linearity[k]) : "-");
    }
    fmt::print("  first layer faster by {} (early), {} (relative)\n", text_of(axis.early_ratio), text_of(axis.relative_ratio));
    fmt::print("  output: class kept {}, probability changes by {}\n", text_of(axis.kept), text_of(axis.change));
  }
  if (claims.translation_over_rotation)
    fmt::print("class kept, translation minus rotation {}\n", text_of(*claims.translation_over_rotation));
  if (claims.scale_over_rotation) fmt::print("class kept, scale minus rotation {}\n", text_of(*claims.scale_over_rotation));
}

void run(const Invariance& args) {
  const Session session = open_session(args.options);
  ChosenPhotos chosen = choose_photos(args.photos, args.options.images(), session.model.classes, "invariance");
  const bool any = !chosen.photos.empty();
  const InvarianceStory story = any ? measure(args, session, chosen) : InvarianceStory{};
  if (story.records.empty()) {
    chosen.skipped.insist(chosen.skipped.size());
    fail("invariance: expected at least one IMAGE, --data DIR or --input-npy FILE, found none");
  }
  const InvarianceClaims claims = invariance_claims(story.records, story.amounts);
  nlohmann::ordered_json json = invariance_json(story, claims);
  json["skipped"] = chosen.skipped.json();
  const fs::path out = args.out;
  write_files(out, invariance_files(story, json));
  if (args.options.json) {
    print_json(json);
  } else {
    print(story, claims);
    fmt::print("{}\n", (out / "invariance.png").string());
  }
  chosen.report();
}

}  // namespace

void add_invariance(CLI::App& app) {
  auto args = std::make_shared<Invariance>();
  CLI::App* command = app.add_subcommand("invariance", "How features and output respond to moved, scaled and turned photos (Fig. 5)");
  add_options(*command, args->options);
  add_images(*command, args->options, "IMAGE...");
  add_photo_options(*command, args->photos);
  command->add_option("--out", args->out, "folder for invariance.png, .csv and .json")->required();
  command->add_option("--layers", args->layers, "two layers: numbers as the paper counts, or names such as conv5")
      ->expected(2)
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--surround", args->surround, "what stands beyond the photo's edge")
      ->check(CLI::IsMember({"mean", "grey", "edge"}))
      ->capture_default_str();
  command->add_option("--label", args->label, "class to follow; that of the photo's folder by default, else the most probable");
  command->add_option("--translate", args->translations, "pixels down; with any of these three, only those given are measured")
      ->delimiter(',');
  command->add_option("--scale", args->scales, "factors")->delimiter(',');
  command->add_option("--rotate", args->rotations, "degrees, counter-clockwise")->delimiter(',');
  command->add_option("--batch", args->batch, "transforms at once")->check(CLI::PositiveNumber)->capture_default_str();
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
