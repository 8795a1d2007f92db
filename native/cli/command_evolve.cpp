// zfscope evolve: how what maps answer to changes in the course of a training run (Fig. 4).
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/analysis/evolution.h"
#include "core/report/evolution_figure.h"
#include "native/cli/command.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

struct Evolve {
  Options options;
  ProjectionOptions projection;
  EvolutionOptions evolution;
  std::vector<std::string> snapshots;
  std::string data;
  std::string out;
  int strip_side = 64;
};

void print(const EvolutionJob& job) {
  fmt::print("{} photos, {} snapshots\n{:<12}{:>16}{:>16}{:>16}\n", job.images(), job.snapshots().size(), "layer", "settled epoch",
             "same photo", "similarity");
  for (const LayerEvolution& layer : job.layers()) {
    fmt::print("{:<12}{:>16.1f}{:>16.2f}{:>16.2f}\n", layer.output.name, layer.settled, layer.same_photo.back(), layer.similarity.back());
  }
}

void run(const Evolve& args) {
  const std::vector<Snapshot> snapshots = order_snapshots(args.snapshots);
  EvolutionOptions options = args.evolution;
  options.rule = args.projection.backward_rule();
  options.lrn = args.projection.lrn();
  options.threads = worker_threads(args.options);
  const std::unique_ptr<Backend> backend = open_backend(args.options.backend);
  const ImageDecoder& decoder = photo_decoder();
  EvolutionJob job(*backend, snapshots, list_photos(args.data), decoder, options);
  {
    Progress bar("evolve");
    run(job, bar);
    bar.update(1);
  }
  report_skipped(job.store());
  nlohmann::ordered_json numbers = evolution_json(job);
  write_files(args.out, evolution_files(job, numbers, args.strip_side));
  if (args.options.json) {
    numbers["skipped"] = skipped_json(job.store());
    numbers["out"] = args.out;
    print_json(numbers);
  } else {
    print(job);
  }
}

}  // namespace

void add_evolve(CLI::App& app) {
  auto args = std::make_shared<Evolve>();
  CLI::App* command = app.add_subcommand("evolve", "What maps answer to in the course of a training run (Fig. 4)");
  add_options(*command, args->options);
  add_photo_limit(*command);
  command->add_option("snapshots", args->snapshots, "SNAPSHOT.safetensors..., of one run; epochs from their names")
      ->required()
      ->type_name("");
  command->add_option("--data", args->data, "folder of photos, at any depth")->required();
  command->add_option("--out", args->out, "folder to write to")->required();
  command->add_option("--layers", args->evolution.layers, "conv layers, such as conv2,conv5; all by default")->delimiter(',');
  command->add_option("--maps", args->evolution.maps, "random maps a layer")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--map", args->evolution.chosen, "these maps in place of random ones, such as 3,17")->delimiter(',');
  command->add_option("--seed", args->evolution.seed, "of the random maps")->capture_default_str();
  command->add_option("--patches", args->evolution.patches, "show the parts of the photos, too: yes or no")->capture_default_str();
  command->add_option("--strip-side", args->strip_side, "longest side of evolution_strip's projections in pixels, which the viewer shows")
      ->check(CLI::Range(8, 512))
      ->capture_default_str();
  add_projection_options(*command, args->projection);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli
