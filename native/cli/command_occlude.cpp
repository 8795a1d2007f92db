// zfscope occlude: what covering parts of a photo does to a feature map and to the prediction (Fig. 7).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/analysis/occlusion.h"
#include "core/io/atlas.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/io/json_fields.h"
#include "core/io/quotable.h"
#include "core/nn/prediction.h"
#include "core/report/atlas_figure.h"
#include "core/report/occlusion_figure.h"
#include "core/report/png.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"
#include "native/cli/class_choice.h"
#include "native/cli/command.h"
#include "native/cli/occlusion_claims.h"
#include "native/cli/photo_choice.h"
#include "native/cli/photo_reader.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

struct Occlude {
  ImageOptions options;
  PhotoOptions photos;
  OcclusionOptions occlusion;
  std::string fill = "mean";
  std::string layer;
  std::string label;
  std::string atlas;
  std::string out;
};

/// "mean", "grey" or "R,G,B" (0-255) as values of the preprocessed input.
std::vector<float> parse_fill(const std::string& text, const Preprocess& preprocess) {
  if (text == "mean") return {};
  std::array<std::uint8_t, 3> rgb{kMidGrey, kMidGrey, kMidGrey};
  if (text != "grey") {
    std::array<int, 3> values{};
    char rest = 0;
    const int read = std::sscanf(text.c_str(), "%d,%d,%d%c", &values[0], &values[1], &values[2], &rest);
    const bool fits = std::all_of(values.begin(), values.end(), [](int v) { return v >= 0 && v <= 255; });
    if (read != 3 || !fits) fail("occlude: expected a fill of mean, grey or R,G,B with values of 0 to 255, found {}", text);
    for (std::size_t c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>(values[c]);
  }
  Preprocess of_pixel = preprocess;
  of_pixel.resize = 1;
  of_pixel.crop = {1, 1};
  const Tensor fill = preprocess_image(of_pixel, {1, 1, {rgb.begin(), rgb.end()}});
  return {fill.values().begin(), fill.values().end()};
}

void save(const OcclusionStory& story, const fs::path& folder) {
  make_folder(folder);
  const std::vector<int> dims{story.maps.rows(), story.maps.columns()};
  const Size image{story.view.height, story.view.width};
  const std::vector<int> pixels{image.h, image.w};
  const std::vector<float> probability = story.maps.probability(story.label);
  write_file(folder / "probability.npy", encode_npy(dims, probability));
  write_file(folder / "label.npy", encode_npy(dims, story.maps.most_probable()));
  write_file(folder / "activation.npy", encode_npy(dims, story.maps.activation));
  write_file(folder / "probability_pixels.npy", encode_npy(pixels, story.maps.per_pixel(probability, image)));
  write_file(folder / "activation_pixels.npy", encode_npy(pixels, story.maps.per_pixel(story.maps.activation, image)));
  write_file(folder / "places.json", to_text(places_json(story), 2) + "\n");
  write_file(folder / "occlusion.png", encode_png(draw_occlusion(story)));
}

nlohmann::ordered_json to_json(const Occlude& args, const std::string& image, const OcclusionStory& story, double seconds) {
  const std::vector<float> probability = story.maps.probability(story.label);
  const auto lowest = std::min_element(probability.begin(), probability.end()) - probability.begin();
  nlohmann::ordered_json json = places_json(story);
  json["image"] = printable(image);
  json["class"] = class_name(story.classes, story.label);
  json["clean"] = {{"p", exact_json(probabilities(story.maps.clean_logits)[static_cast<std::size_t>(story.label)])},
                   {"activation", exact_json(story.maps.clean_activation)}};
  json["lowest"] = {{"p", exact_json(probability[static_cast<std::size_t>(lowest)])},
                    {"y", story.maps.y[static_cast<std::size_t>(lowest / story.maps.columns())]},
                    {"x", story.maps.x[static_cast<std::size_t>(lowest % story.maps.columns())]}};
  json["places"] = probability.size();
  json["seconds"] = seconds;
  if (!args.out.empty()) json["out"] = args.out;
  return json;
}

void print(const nlohmann::ordered_json& json) {
  fmt::print("p({}) {:.4f} clean, {:.4f} at the worst of {} places (y {}, x {}); {:.2f} s\n", json["class"].get<std::string>(),
             json["clean"]["p"].get<float>(), json["lowest"]["p"].get<float>(), json["places"].get<int>(), json["lowest"]["y"].get<int>(),
             json["lowest"]["x"].get<int>(), json["seconds"].get<double>());
  if (json.contains("out")) fmt::print("{}/occlusion.png\n", json["out"].get<std::string>());
}

/// The atlas that --atlas names, else the one beside the model, where there is one. Throws where it is of another model.
std::unique_ptr<Atlas> open_atlas(const Occlude& args, const Net& net) {
  fs::path path = args.atlas;
  if (args.atlas.empty()) path = atlas_beside(args.options.model());
  if (args.atlas.empty() && !fs::exists(path)) return nullptr;
  auto atlas = std::make_unique<Atlas>(path);
  atlas->check_model(fingerprint(net));
  return atlas;
}

/// The watched map's projections in the atlas's photos; empty where the atlas does not hold its layer.
Picture draw_elsewhere(Atlas& atlas, const std::string& layer, int map) {
  constexpr int kSide = 100;
  const auto& layers = atlas.layers();
  const bool held = std::any_of(layers.begin(), layers.end(), [&](const AtlasLayer& l) { return l.name == layer; });
  const ImageDecoder& decoder = photo_decoder();
  return held ? draw_atlas_map(atlas, decoder, layer, map, kSide) : Picture{};
}

void run_one(const Occlude& args, const Session& session, const std::string& image) {
  const Net& net = *session.net;
  const Tensor input = load_input(session, args.options, image);
  const std::unique_ptr<Atlas> atlas = open_atlas(args, net);
  const auto start = std::chrono::steady_clock::now();
  Occlusion job(net, input, args.occlusion);
  const int label = choose_class(args.label, session.model.classes, job.maps().clean_logits);
  {
    Progress bar("occlude");
    run(job, bar);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Image view = to_image(session.model.preprocess, input.values(), net.network().input.map());
  OcclusionStory story = tell_occlusion(net, job, std::move(view), session.model.preprocess, label, session.model.classes);
  if (atlas != nullptr) story.elsewhere = draw_elsewhere(*atlas, story.layer, story.map);
  if (!args.out.empty()) save(story, args.out);
  const nlohmann::ordered_json json = to_json(args, image, story, seconds);
  if (args.options.json) {
    fmt::print("{}\n", to_text(json));
  } else {
    print(json);
  }
}

void run(Occlude& args) {
  const std::vector<std::string> images = args.options.images();
  const Session session = open_session(args.options);
  args.occlusion.fill = parse_fill(args.fill, session.model.preprocess);
  if (!args.layer.empty()) args.occlusion.layer = find_layer(session.net->network(), args.layer);
  if (args.photos.data.empty() && images.size() == 1) return run_one(args, session, images.front());
  const ChosenPhotos chosen = choose_photos(args.photos, images, session.model.classes, "occlude");
  if (chosen.photos.empty()) {
    chosen.skipped.insist(chosen.skipped.size());
    fail("occlude: expected an IMAGE, --input-npy FILE or --data DIR, found none");
  }
  if (!args.options.input_npy.empty() || !args.label.empty()) {
    fail("occlude: expected one image with --input-npy or --label, found {} photos", chosen.photos.size());
  }
  report_occlusion_claims(session, args.options, args.occlusion, chosen, args.out);
  chosen.report();
}

}  // namespace

void add_occlude(CLI::App& app) {
  auto args = std::make_shared<Occlude>();
  OcclusionOptions& o = args->occlusion;
  CLI::App* command = app.add_subcommand(
      "occlude",
      "Slide a square over a photo and see feature map and prediction change (Fig. 7); of many photos, whether projections agree");
  add_options(*command, args->options);
  add_images(*command, args->options, "IMAGE...");
  add_photo_options(*command, args->photos);
  command->add_option("--size", o.size, "pixels a side of the square, at the network's input")->capture_default_str();
  command->add_option("--stride", o.stride, "pixels between places")->capture_default_str();
  command->add_option("--fill", args->fill, "mean, grey or R,G,B (0-255)")->capture_default_str();
  command->add_option("--soft-edge", o.soft_edge, "pixels over which the square fades in at its edge")->capture_default_str();
  command->add_flag("--border", o.border, "also places where the square hangs over the image");
  command->add_option("--label", args->label, "class by name or number; the most probable by default");
  command->add_option("--layer", args->layer, "whose map is watched; the last convolution by default");
  command->add_option("--map", o.map, "map of that layer, from 0; the strongest by default")->check(CLI::NonNegativeNumber);
  command->add_flag("--brute-force", o.brute_force, "run the whole net at each place: the same maps, slower");
  command->add_option("--atlas", args->atlas, "of the model, to show the map in other photos; MODEL.atlas.safetensors by default");
  command->add_option("--out", args->out, "folder for occlusion.png, probability.npy, label.npy, activation.npy and places.json");
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
