// zfscope project: what one activation of a network sees in an image, in pixels.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/report/png.h"
#include "core/report/projection.h"
#include "core/report/story_files.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"
#include "native/cli/command.h"
#include "native/cli/print_json.h"
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

ProjectionStory project(const Project& args, const Session& session, const Tensor& input) {
  const Net& net = *session.net;
  DeviceTensor x;
  session.backend->upload(input, x);
  Trace trace;
  net.forward(x, trace, projected_layer(net.network(), args.layer));
  ProjectionWish wish{args.layer, args.map, {}, args.whole_map, args.projection.backward_rule(), args.projection.lrn()};
  if (!args.at.empty()) wish.at = {args.at[0], args.at[1]};
  return tell_projection(net, trace, wish, channels_of(session.model.preprocess.order));
}

void print(const Project& args, const ProjectionStory& story, const fs::path& png) {
  const std::string place = args.whole_map ? "whole map, at most" : fmt::format("at {}, {}:", story.seed.y, story.seed.x);
  fmt::print("{} map {} {} {:.4g}\n", args.layer, story.seed.map, place, story.seed.value);
  for (const std::string& file : {png.string(), args.npy}) {
    if (!file.empty()) fmt::print("{}\n", file);
  }
}

/// Writes the files of one image.
nlohmann::ordered_json save(const Project& args, const std::string& image, const ProjectionStory& story, const fs::path& png) {
  nlohmann::ordered_json json{{"image", printable(image)}};
  if (!args.npy.empty()) write_file(args.npy, encode_npy(story.pixels));
  if (png.empty()) {
    json.update(projection_json(story));
    return json;
  }
  const ProjectionLook look{args.crop, args.stretch};
  const ProjectionFigure figure = draw_projection(story, look);
  json.update(projection_json(story, look, figure));
  write_file(png, encode_png(figure.picture));
  write_file(fs::path(png).replace_extension(".json"), to_text(json, 2) + "\n");
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
    const ProjectionStory story = project(args, session, *input);
    results.push_back(save(args, images[i], story, pictures[i]));
    if (!args.options.json) print(args, story, pictures[i]);
  }
  if (args.options.json && images.size() > 1) {
    print_json({{"results", results}, {"skipped", skipped.json()}});
  } else if (args.options.json && !results.empty()) {
    print_json(results.front());
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
