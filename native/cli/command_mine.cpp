// zfscope mine: what every map of a model answers to most, over a data set (Fig. 2).
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/analysis/atlas_claims.h"
#include "core/analysis/mine.h"
#include "core/analysis/mine_parts.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/report/atlas_figure.h"
#include "core/report/atlas_json.h"
#include "core/report/atlas_site.h"
#include "core/report/png.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/cli/sharding.h"
#include "native/media/turbo_jpeg.h"

namespace zf::cli {

namespace {

struct Mine {
  Options options;
  ProjectionOptions projection;
  MineOptions mining;
  std::string data;
  std::string out;
  bool patches = true;
  std::string figure;
  std::string maps = "sorted";
  int count = 9;
  std::uint64_t seed = 1;
  std::string site;
  std::string claims;
  std::string shard;
  double wait = 0;  ///< minutes
};

MineOptions mine_options(const Mine& args) {
  MineOptions options = args.mining;
  options.rule = args.projection.backward_rule();
  options.lrn = args.projection.lrn();
  options.patches = args.patches;
  options.encode = turbo_jpeg;
  options.threads = worker_threads(args.options);
  return options;
}

/// Both are where `merge` finds them, whoever calls it from wherever.
nlohmann::json origin_of(const Mine& args) {
  const auto absolute = [](const std::string& path) { return name_to_json(std::filesystem::absolute(path).string()); };
  return {{"model", absolute(args.options.model())}, {"data", absolute(args.data)}};
}

/// What of the work is this shard's.
nlohmann::ordered_json mine_shard(const Mine& args, const Shard& shard) {
  constexpr double kMinute = 60;
  const ShardLock lock(args.out, shard);
  const Session session = open_session(args.options);
  MineOptions options = mine_options(args);
  options.shard = shard;
  options.wait = kMinute * args.wait;
  options.origin = origin_of(args);
  MineJob job(*session.net, session.model.preprocess, list_photos(args.data), photo_decoder(), args.out, options);
  {
    Progress bar("mine " + to_string(shard));
    run(job, bar, shard.share(job.photos().size()));
  }
  report_skipped(job.photos());
  return {{"part", (job.only_scanned() ? scan_part : winners_part)(args.out, shard).string()},
          {"shard", shard.index},
          {"shards", shard.count},
          {"projected", !job.only_scanned()},
          {"resumed_batches", job.resumed()}};
}

void run_shard(const Mine& args, const Shard& shard) {
  if (args.data.empty()) fail("mine: expected --data DIR with --shard, found none");
  if (!(args.figure.empty() && args.site.empty() && args.claims.empty())) {
    fail("mine: expected --figure, --site and --claims of a whole atlas, found a shard");
  }
  const nlohmann::ordered_json result = mine_shard(args, shard);
  if (args.options.json) {
    print_json(result);
  } else if (result.at("projected").get<bool>()) {
    fmt::print("shard {}: {}\n", to_string(shard), result.at("part").get<std::string>());
  } else {
    fmt::print(
        "shard {}: looked at its photos: {}\n  other shards have not: the same command projects its winners once they have, or merge "
        "does\n",
        to_string(shard), result.at("part").get<std::string>());
  }
}

nlohmann::ordered_json mine(const Mine& args) {
  const Session session = open_session(args.options);
  const ImageDecoder& decoder = photo_decoder();
  MineJob job(*session.net, session.model.preprocess, list_photos(args.data), decoder, args.out, mine_options(args));
  {
    Progress bar("mine");
    run(job, bar, job.photos().size());
  }
  report_skipped(job.photos());
  const MineSeconds& seconds = job.seconds();
  return {{"atlas", args.out},
          {"images", job.info().images},
          {"skipped", skipped_json(job.photos())},
          {"resumed_batches", job.resumed()},
          {"seconds",
           {{"forward", seconds.forward},
            {"first_pass", seconds.first_pass},
            {"second_pass", seconds.second_pass},
            {"pictures", seconds.pictures}}}};
}

void write_figure(const Mine& args, Atlas& atlas) {
  const ImageDecoder& decoder = photo_decoder();
  const std::vector<AtlasRow> rows = atlas_rows(atlas, args.mining.layers, args.maps, args.count, args.seed);
  const std::vector<std::byte> png = encode_png(draw_atlas_figure(atlas, decoder, rows));
  write_file(args.figure, png);
  write_file(std::filesystem::path(args.figure).replace_extension(".csv"), atlas_csv(atlas, rows));
}

void write_site(const Mine& args, Atlas& atlas) {
  Progress bar("site");
  write_atlas_site(atlas, photo_decoder(), args.site, [&](double done, const std::string& layer) { bar.update(done, layer); });
}

/// What the paper says of Fig. 2, in numbers.
void write_claims(const Mine& args, Atlas& atlas) {
  write_file(args.claims, to_text(atlas_claims_json(atlas_claims(atlas, photo_decoder()), atlas.info()), 2) + "\n");
}

/// Mines where there is a data set, then draws what is asked for from the atlas.
void run(const Mine& args) {
  if (!args.options.inputs().empty()) fail("mine: expected nothing beside MODEL.safetensors, found {}", args.options.inputs().front());
  if (const std::optional<Shard> shard = chosen_shard(args.shard)) return run_shard(args, *shard);
  nlohmann::ordered_json result = args.data.empty() ? nlohmann::ordered_json{{"atlas", args.out}} : mine(args);
  if (!args.figure.empty() || !args.site.empty() || !args.claims.empty()) {
    Atlas atlas(args.out);
    if (args.data.empty()) {
      if (!atlas.progress().empty()) fail("{}: expected a finished atlas, found one that mine can go on with", args.out);
      if (!args.options.arguments.empty()) atlas.check_model(fingerprint(*open_session(args.options).net));
    }
    if (!args.figure.empty()) write_figure(args, atlas);
    if (!args.site.empty()) write_site(args, atlas);
    if (!args.claims.empty()) write_claims(args, atlas);
  }
  if (!args.figure.empty()) result["figure"] = args.figure;
  if (!args.site.empty()) result["site"] = (std::filesystem::path(args.site) / "index.html").string();
  if (!args.claims.empty()) result["claims"] = args.claims;
  if (args.options.json) {
    print_json(result);
    return;
  }
  if (!args.data.empty()) fmt::print("{} photos: {}\n", result.at("images").get<std::int64_t>(), args.out);
  for (const char* file : {"figure", "site", "claims"}) {
    if (result.contains(file)) fmt::print("{}\n", result.at(file).get<std::string>());
  }
}

void check_usage(const Mine& args) {
  if (args.data.empty() && args.figure.empty() && args.site.empty() && args.claims.empty()) {
    throw CLI::ValidationError("mine", "expected --data DIR to mine, or --figure FILE.png, --site DIR or --claims FILE.json of an atlas");
  }
}

}  // namespace

void add_mine(CLI::App& app) {
  auto args = std::make_shared<Mine>();
  CLI::App* command = app.add_subcommand("mine", "What every map answers to most, over a folder of photos (Fig. 2)");
  add_options(*command, args->options);
  add_arguments(*command, args->options, "nothing else");
  add_photo_limit(*command);
  command->add_option("--data", args->data, "folder of photos, at any depth");
  command->add_option("--out,--atlas", args->out, "the atlas, a file: written with --data, else read; with --shard a folder")->required();
  command->add_option("--top", args->mining.top, "activations a map")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--layers", args->mining.layers, "conv layers, such as conv2,conv5; all by default")->delimiter(',');
  command->add_option("--patches", args->patches, "keep patches and names of photos; no: an atlas to ship without the photos");
  command->add_option("--quality", args->mining.quality, "of the pictures, as JPEG")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--side", args->mining.side, "longest side of the pictures in pixels; 0: no limit")->check(CLI::Range(0, 4096));
  add_projection_options(*command, args->projection);
  add_shard_option(*command, args->shard);
  command->add_option("--wait", args->wait, "minutes that a shard which has looked at its photos waits for the others, to project winners")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--figure", args->figure, "draw Fig. 2 to a PNG file, with its numbers as CSV beside it");
  command->add_option("--maps", args->maps, "of the figure: sorted, random, or numbers such as 3,17")->capture_default_str();
  command->add_option("--count", args->count, "maps a layer in the figure")->check(CLI::Range(1, 10000))->capture_default_str();
  command->add_option("--seed", args->seed, "of random maps")->capture_default_str();
  command->add_option("--site", args->site, "write a static site about the model to a folder");
  command->add_option("--claims", args->claims, "write what the paper says of Fig. 2, in numbers, to a JSON file");
  command->callback([args] {
    check_usage(*args);
    run(*args);
  });
}

}  // namespace zf::cli
