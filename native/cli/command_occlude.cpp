// zfscope occlude: what covering parts of a photo does to a feature map and to the prediction (Fig. 7).
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/analysis/fill.h"
#include "core/analysis/occlusion.h"
#include "core/io/fingerprint.h"
#include "core/io/quotable.h"
#include "core/nn/class_choice.h"
#include "core/report/elsewhere.h"
#include "core/report/occlusion_files.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"
#include "native/cli/command.h"
#include "native/cli/occlusion_claims.h"
#include "native/cli/photo_choice.h"
#include "native/cli/photo_reader.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/cli/sharding.h"

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
  std::string shard;
};

nlohmann::ordered_json to_json(const Occlude& args, const std::string& image, const OcclusionStory& story, double seconds) {
  nlohmann::ordered_json json = occlusion_json(story);
  json["image"] = printable(image);
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

void run_one(const Occlude& args, const Session& session, const std::string& image) {
  const Net& net = *session.net;
  const Tensor input = load_input(session, args.options, image);
  const std::unique_ptr<Atlas> atlas = find_atlas(args.atlas, args.options.model(), [&] { return fingerprint(net); });
  const Stopwatch watch;
  Occlusion job(net, input, args.occlusion);
  const int label = choose_class(args.label, session.model.classes, job.maps().clean_logits);
  {
    Progress bar("occlude");
    run(job, bar);
  }
  const double seconds = watch.seconds();
  Image view = to_image(session.model.preprocess, input.values(), net.network().input.map());
  OcclusionStory story = tell_occlusion(net, job, std::move(view), session.model.preprocess, label, session.model.classes);
  if (atlas != nullptr) story.elsewhere = draw_elsewhere(*atlas, photo_decoder(), story.layer, story.map);
  if (!args.out.empty()) write_files(args.out, occlusion_files(story));
  const nlohmann::ordered_json json = to_json(args, image, story, seconds);
  if (args.options.json) {
    print_json(json);
  } else {
    print(json);
  }
}

void run(Occlude& args) {
  const std::vector<std::string> images = args.options.images();
  const std::optional<Shard> shard = chosen_shard(args.shard);
  if (shard && (args.photos.data.empty() || args.out.empty() || !images.empty() || !args.label.empty())) {
    fail("occlude: expected --data DIR and --out with --shard, and neither images nor --label");
  }
  const Session session = open_session(args.options);
  args.occlusion.fill = fill_values(args.fill, session.model.preprocess);
  if (!args.layer.empty()) args.occlusion.layer = find_layer(session.net->network(), args.layer);
  if (shard) return occlude_shard(session, args.options, args.occlusion, spread_photos(args.photos), args.out, *shard);
  if (args.photos.data.empty() && images.size() == 1) return run_one(args, session, images.front());
  ChosenPhotos chosen = choose_photos(args.photos, images, session.model.classes, "occlude");
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
  add_shard_option(*command, args->shard);
  command->add_option("--out", args->out, "folder for occlusion.png, probability.npy, label.npy, activation.npy and places.json");
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
