// zfscope project: what one activation of a network sees in an image, in pixels.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/deconv/project.h"
#include "core/figures/planes.h"
#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/nn/receptive_field.h"
#include "core/report/png.h"
#include "core/report/story_files.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"
#include "native/cli/command.h"
#include "native/cli/session.h"
#include "native/cli/skipped.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

struct Project {
  ImageOptions options;
  ProjectionOptions projection;
  std::string layer;
  std::optional<int> map;  // the strongest by default
  std::vector<int> at;     // y, x; empty: the strongest place
  bool whole_map = false;
  bool crop = false;
  bool stretch = false;
  std::string npy;
  std::string out;
};

/// What was projected, and what came of it.
struct Result {
  Seed seed;            // of a whole map: its strongest place
  PixelRect rectangle;  // the input pixels that it sees
  Tensor pixels;        // (1, C, H, W)
};

Seed choose_seed(const Project& args, Backend& backend, const Trace& trace, int layer) {
  if (!args.at.empty() && !args.map) return strongest_map_at(backend, trace, layer, args.at[0], args.at[1]);
  if (!args.at.empty()) return seed_at(backend, trace, layer, *args.map, args.at[0], args.at[1]);
  if (!args.map) return strongest_maps(backend, trace, layer, 1).front();
  return strongest_place(backend, trace, layer, *args.map);
}

Result project(const Project& args, const Session& session, const Tensor& input) {
  const Net& net = *session.net;
  const int layer = find_layer(net.network(), args.layer);
  if (layer > logits_layer(net.network())) fail("project: expected a layer below softmax, such as logits, found {}", args.layer);
  DeviceTensor x;
  session.backend->upload(input, x);
  Trace trace;
  net.forward(x, trace, layer);
  Result result;
  result.seed = choose_seed(args, *session.backend, trace, layer);
  const Size image = net.network().input.map();
  Projector projector(net, trace, args.projection.backward_rule(), args.projection.lrn());
  if (args.whole_map) {
    const std::vector<MapSeed> seeds{{result.seed.image, result.seed.map}};
    result.pixels = projector.project_maps(layer, seeds).whole(0);
    result.rectangle = {0, 0, image.h, image.w};
  } else {
    const std::vector<Seed> seeds{result.seed};
    result.pixels = projector.project(layer, seeds).whole(0);
    const ReceptiveField field = receptive_fields(net.network())[static_cast<std::size_t>(layer)];
    result.rectangle = clip(field_at(field, result.seed.y, result.seed.x), image);
  }
  const auto values = result.pixels.values();
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    fail("project: expected finite pixels of {}, found others", args.layer);
  }
  return result;
}

/// The pixels that the picture shows.
Tensor shown(const Project& args, const Result& result) {
  if (!args.crop) return result.pixels;
  const Shape& shape = result.pixels.shape();
  return Projections{result.pixels, {Window{}}, shape.map()}.part(0, result.rectangle);
}

nlohmann::ordered_json to_json(const Project& args, const std::string& image, const Result& result) {
  nlohmann::ordered_json json{{"image", printable(image)}, {"layer", args.layer}, {"map", result.seed.map}};
  if (!args.whole_map) json["place"] = {{"y", result.seed.y}, {"x", result.seed.x}};
  json["value"] = result.seed.value;
  json["whole_map"] = args.whole_map;
  json["rule"] = args.projection.rule;
  json["lrn_derivative"] = args.projection.lrn_derivative;
  const PixelRect& r = result.rectangle;
  json["rectangle"] = {{"y", r.y}, {"x", r.x}, {"height", r.h}, {"width", r.w}};
  return json;
}

/// Draws the picture, and notes in `json` how values became colours.
Picture draw(const Project& args, const Session& session, const Result& result, nlohmann::ordered_json& json) {
  const Tensor pixels = shown(args, result);
  const Channels channels = channels_of(session.model.preprocess.order);
  json["cropped"] = args.crop;
  if (args.stretch) {
    const auto [low, high] = std::minmax_element(pixels.values().begin(), pixels.values().end());
    json["colours"] = {{"black", *low}, {"white", *high}};
    return stretched_picture(pixels, 0, channels);
  }
  const float scale = signed_scale(pixels.values());
  json["colours"] = {{"black", -scale}, {"white", scale}};
  return signed_picture(pixels, 0, scale, channels);
}

void print(const Project& args, const Result& result, const fs::path& png) {
  const std::string place = args.whole_map ? "whole map, at most" : fmt::format("at {}, {}:", result.seed.y, result.seed.x);
  fmt::print("{} map {} {} {:.4g}\n", args.layer, result.seed.map, place, result.seed.value);
  for (const std::string& file : {png.string(), args.npy}) {
    if (!file.empty()) fmt::print("{}\n", file);
  }
}

/// Writes the files of one image.
nlohmann::ordered_json save(const Project& args, const Session& session, const std::string& image, const Result& result,
                            const fs::path& png) {
  nlohmann::ordered_json json = to_json(args, image, result);
  if (!args.npy.empty()) write_file(args.npy, encode_npy(result.pixels));
  if (!png.empty()) {
    const Picture picture = draw(args, session, result, json);
    write_file(png, encode_png(picture));
    write_file(fs::path(png).replace_extension(".json"), to_text(json, 2) + "\n");
  }
  return json;
}

/// The PNG of each image: --out or, of several, a file in it.
std::vector<fs::path> pictures_of(const Project& args, const std::vector<std::string>& images) {
  if (images.size() == 1) return {fs::path(args.out)};
  std::vector<fs::path> pictures;
  for (const std::string& name : folder_names(images)) pictures.push_back(fs::path(args.out) / (name + ".png"));
  return pictures;
}

void run(const Project& args) {
  const std::vector<std::string> images = args.options.images();
  const std::vector<fs::path> pictures = pictures_of(args, images);
  const Session session = open_session(args.options);
  if (images.size() > 1) make_folder(args.out);
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  SkippedPhotos skipped;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::optional<Tensor> input = skipped.attempt(images[i], [&] { return load_input(session, args.options, images[i]); });
    if (!input) continue;
    const Result result = project(args, session, *input);
    results.push_back(save(args, session, images[i], result, pictures[i]));
    if (!args.options.json) print(args, result, pictures[i]);
  }
  if (args.options.json && images.size() > 1) {
    fmt::print("{}\n", to_text({{"results", results}, {"skipped", skipped.json()}}));
  } else if (args.options.json && !results.empty()) {
    fmt::print("{}\n", to_text(results.front()));
  }
  skipped.insist(images.size());
}

void check_usage(const Project& args) {
  const std::size_t images = args.options.images().size();
  const bool png = fs::path(args.out).extension() == ".png";
  const auto wrong = [](const std::string& why) { throw CLI::ValidationError("project", why); };
  if (images == 0) wrong("expected an IMAGE or --input-npy FILE, found none");
  if (args.out.empty() && args.npy.empty()) wrong("expected --out FILE.png or --npy FILE");
  if (images == 1 && !args.out.empty() && !png) wrong(fmt::format("--out: expected a file that ends in .png, found {}", args.out));
  if (images > 1 && (png || args.out.empty()))
    wrong(fmt::format("--out: expected a folder for the pictures of {} images, found {}", images, args.out));
  if (images > 1 && !args.npy.empty()) wrong(fmt::format("--npy: expected one image, found {}", images));
}

}  // namespace

void add_project(CLI::App& app) {
  auto args = std::make_shared<Project>();
  CLI::App* command = app.add_subcommand("project", "What one activation sees in an image, projected to pixels");
  add_options(*command, args->options);
  add_images(*command, args->options, "IMAGE...");
  command->add_option("--layer", args->layer, "such as conv5; a wrong name lists them all")->required();
  command->add_option("--map", args->map, "map of the layer, from 0; the strongest by default");
  CLI::Option* at = command->add_option("--at", args->at, "Y,X: place on the map; the strongest by default")->delimiter(',')->expected(2);
  command->add_flag("--whole-map", args->whole_map, "all activations of the map at once")->excludes(at);
  add_projection_options(*command, args->projection);
  command->add_option("--out", args->out, "PNG to draw, its numbers beside it as JSON; of several images a folder for them");
  command->add_flag("--crop", args->crop, "draw the receptive field only");
  command->add_flag("--stretch", args->stretch, "stretch the contrast from lowest to highest instead of symmetric about grey");
  command->add_option("--npy", args->npy, "write the projection, float32 (1, C, H, W), to this file");
  command->callback([args] {
    check_usage(*args);
    run(*args);
  });
}

}  // namespace zf::cli
