// zfscope mine: what every map of a model answers to most, over a data set (Fig. 2).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/analysis/atlas_claims.h"
#include "core/analysis/mine.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/report/atlas_figure.h"
#include "core/report/atlas_site.h"
#include "core/report/estimate_json.h"
#include "core/report/png.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
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

/// "3,17" as numbers.
std::vector<int> listed_maps(const std::string& text) {
  std::vector<int> maps;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    int map = 0;
    const auto [stop, error] = std::from_chars(text.data() + at, text.data() + end, map);
    if (error != std::errc() || stop != text.data() + end) fail("mine: expected --maps sorted, random or numbers, found {}", text);
    maps.push_back(map);
    at = end + 1;
  }
  return maps;
}

std::vector<AtlasRow> chosen_rows(const Mine& args, const Atlas& atlas) {
  std::vector<AtlasRow> rows;
  std::vector<std::string> layers = args.mining.layers;
  if (layers.empty()) {
    for (const AtlasLayer& layer : atlas.layers()) layers.push_back(layer.name);
  }
  for (const std::string& layer : layers) {
    if (args.maps == "sorted") {
      rows.push_back({layer, strongest_atlas_maps(atlas, layer, args.count)});
    } else if (args.maps == "random") {
      rows.push_back({layer, random_atlas_maps(atlas, layer, args.count, args.seed)});
    } else {
      rows.push_back({layer, listed_maps(args.maps)});
    }
  }
  return rows;
}

void write_figure(const Mine& args, Atlas& atlas) {
  const ImageDecoder& decoder = photo_decoder();
  const std::vector<AtlasRow> rows = chosen_rows(args, atlas);
  const std::vector<std::byte> png = encode_png(draw_atlas_figure(atlas, decoder, rows));
  write_file(args.figure, png);
  write_file(std::filesystem::path(args.figure).replace_extension(".csv"), atlas_csv(atlas, rows));
}

void write_site(const Mine& args, Atlas& atlas) {
  const ImageDecoder& decoder = photo_decoder();
  const std::filesystem::path folder = args.site;
  make_folder(folder);
  Progress bar("site");
  double done = 0;
  for (const AtlasLayer& layer : atlas.layers()) {
    make_folder(folder / atlas_folder_name(atlas, layer.name));
    for (int map = 0; map < layer.maps; ++map) {
      write_file(folder / atlas_sheet_name(atlas, layer.name, map), atlas_sheet(atlas, decoder, layer.name, map));
      bar.update((done + static_cast<double>(map) / layer.maps) / static_cast<double>(atlas.layers().size()), layer.name);
    }
    write_file(folder / atlas_page_name(atlas, layer.name), atlas_layer_html(atlas, layer.name));
    ++done;
  }
  write_file(folder / "index.html", atlas_index_html(atlas));
  bar.update(1);
}

/// What the paper says of Fig. 2, in numbers.
void write_claims(const Mine& args, Atlas& atlas) {
  const AtlasClaims claims = atlas_claims(atlas, photo_decoder());
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const AtlasLayerClaims& layer : claims.layers) {
    layers.push_back({{"layer", layer.layer},
                      {"maps", layer.maps},
                      {"same_class", estimate_json(layer.same_class)},
                      {"projections", estimate_json(layer.projections)},
                      {"patches", estimate_json(layer.patches)},
                      {"projections_minus_patches", estimate_json(layer.projections_minus_patches)}});
  }
  write_file(args.claims, to_text({{"images", atlas.info().images}, {"chance", claims.chance}, {"layers", layers}}, 2) + "\n");
}

/// Mines where there is a data set, then draws what is asked for from the atlas.
void run(const Mine& args) {
  if (!args.options.inputs().empty()) fail("mine: expected nothing beside MODEL.safetensors, found {}", args.options.inputs().front());
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
    fmt::print("{}\n", to_text(result));
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
  command->add_option("--out,--atlas", args->out, "the atlas, a file: written with --data, else read")->required();
  command->add_option("--top", args->mining.top, "activations a map")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--layers", args->mining.layers, "conv layers, such as conv2,conv5; all by default")->delimiter(',');
  command->add_option("--patches", args->patches, "keep patches and names of photos; no: an atlas to ship without the photos");
  command->add_option("--quality", args->mining.quality, "of the pictures, as JPEG")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--side", args->mining.side, "longest side of the pictures in pixels; 0: no limit")->check(CLI::Range(0, 4096));
  add_projection_options(*command, args->projection);
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
