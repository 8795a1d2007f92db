// zfscope correspond: does the network relate the same part of different faces? (Fig. 8, Table 1)
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/analysis/correspondence.h"
#include "core/io/atomic_file.h"
#include "core/nn/layer_choice.h"
#include "core/report/correspondence_figure.h"
#include "core/report/png.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/photo_reader.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"
#include "native/cli/skipped.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

struct Correspond {
  Options options;
  std::string points;
  std::string images;
  std::string only;
  std::vector<std::string> layers{"5", "7"};
  double side = CorrespondenceOptions{}.side;
  int draws = CorrespondenceOptions{}.draws;
  std::uint64_t seed = 1;
  std::string out;
  std::string figure;
};

std::vector<Face> load_faces(const Correspond& args, const Annotations& annotations, const Preprocess& preprocess, SkippedPhotos& skipped) {
  const fs::path folder = args.images.empty() ? fs::path(args.points).parent_path() : fs::path(args.images);
  std::vector<Face> faces;
  for (std::size_t i = 0; i < annotations.photos.size(); ++i) {
    const fs::path photo = folder / annotations.photos[i].image;
    const std::optional<DecodedImage> image = skipped.attempt(photo.string(), [&] { return read_photo(photo); });
    if (image) faces.push_back(make_face(annotations, i, *image, preprocess));
  }
  return faces;
}

/// The table may be named without --points.
void take_points(Correspond& args) {
  std::vector<std::string> inputs = args.options.inputs();
  if (args.points.empty() && !inputs.empty()) {
    args.points = inputs.front();
    inputs.erase(inputs.begin());
  }
  if (args.points.empty()) throw CLI::ValidationError("correspond: expected POINTS.csv, found none");
  if (!inputs.empty()) fail("correspond: expected nothing beside MODEL.safetensors and {}, found {}", args.points, inputs.front());
}

void run(Correspond& args) {
  take_points(args);
  const Session session = open_session(args.options);
  const Network& network = session.net->network();
  const LayerChoice first = choose_layer(network, args.layers[0]);
  const LayerChoice second = choose_layer(network, args.layers[1]);
  const std::array<std::string, 2> layers{first.label, second.label};
  const Annotations annotations = read_annotations(args.points, args.only);
  CorrespondenceOptions options;
  options.layers = {first.index, second.index};
  options.side = args.side;
  options.draws = args.draws;
  options.seed = args.seed;
  SkippedPhotos skipped;
  std::vector<Face> faces = load_faces(args, annotations, session.model.preprocess, skipped);
  if (faces.size() < 2) skipped.insist(annotations.photos.size());
  CorrespondenceJob job(*session.net, options, annotations.parts, std::move(faces));
  {
    Progress bar("correspond");
    run(job, bar);
    bar.update(1);
  }
  const std::vector<PartResult> results = job.results();
  const nlohmann::ordered_json json{{"faces", job.faces().size()},
                                    {"draws", args.draws},
                                    {"mask_side", args.side},
                                    {"seed", args.seed},
                                    {"parts", correspondence_json(results, layers)},
                                    {"skipped", skipped.json()}};
  if (!args.out.empty()) write_files(args.out, correspondence_files(job, results, layers, json));
  if (!args.figure.empty()) write_file(args.figure, encode_png(draw_masks(job, results, session.model.preprocess)));
  if (args.options.json) {
    print_json(json);
  } else {
    fmt::print("{} faces, mean Hamming distance of the signs of change (deviation over pairs); lower: more alike\n{}", job.faces().size(),
               correspondence_table(results, layers));
  }
  skipped.insist(annotations.photos.size());
}

}  // namespace

void add_correspond(CLI::App& app) {
  auto args = std::make_shared<Correspond>();
  CLI::App* command = app.add_subcommand("correspond", "Whether a network relates the same part of different faces (Fig. 8, Table 1)");
  add_options(*command, args->options);
  add_arguments(*command, args->options, "POINTS.csv");
  add_photo_limit(*command);
  command->add_option("--points", args->points, "CSV: image (or file), left_eye_x, left_eye_y, right_eye_x, ..., any other PART_x, PART_y");
  command->add_option("--images", args->images, "folder that the CSV's names start from; the CSV's own by default");
  command->add_option("--only", args->only, "use images whose names contain this");
  command->add_option("--layers", args->layers, "two layers: numbers as the paper counts, or names such as conv5")
      ->expected(2)
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--mask", args->side, "side of the masks, in distances between the eyes")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--draws", args->draws, "random places a face")->check(CLI::PositiveNumber)->capture_default_str();
  command->add_option("--seed", args->seed, "of the random places")->capture_default_str();
  command->add_option("--out", args->out, "folder for correspondence.csv, .json and table1.txt");
  command->add_option("--figure", args->figure, "PNG of the masked photos to draw (Fig. 8)");
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
