// zfscope bench: the speed of the paper's net and of its half on random weights.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/analysis/ablation.h"
#include "core/analysis/conv_output.h"
#include "core/analysis/occlusion.h"
#include "core/deconv/project.h"
#include "core/deconv/seed.h"
#include "core/nn/zoo.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"
#include "core/train/initialise.h"
#include "core/train/sgd.h"
#include "core/train/training_pass.h"
#include "native/cli/bench_model.h"
#include "native/cli/command.h"
#include "native/cli/options.h"
#include "native/cli/print_json.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

constexpr int kBatch = 32;
constexpr int kMaps = 32;

struct Timing {
  std::string net;
  std::string work;
  double median_ms = 0;
};

/// Median milliseconds of `runs` runs after one that warms up.
template <typename Run>
double median_ms(int runs, const Run& run) {
  run();
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const Stopwatch watch;
    run();
    times.push_back(1e3 * watch.seconds());
  }
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[static_cast<std::size_t>(runs) / 2];
}

void bench_inference(Net& net, const std::string& name, std::vector<Timing>& timings) {
  Backend& backend = net.backend();
  const int logits = logits_layer(net.network());
  DeviceTensor one;
  DeviceTensor many;
  backend.upload(bench_images(1, net.network().input), one);
  backend.upload(bench_images(kBatch, net.network().input), many);
  Trace trace;
  timings.push_back(
      {name, "forward_1", median_ms(15, [&] { net.infer(one, trace, logits), (void)backend.download(trace.output(logits)); })});
  const int conv5 = find_layer(net.network(), "conv5");
  Projector projector(net, trace, Rule::kDeconvnet);
  timings.push_back({name, "project_32", median_ms(5, [&] {
                       net.forward(one, trace, conv5);
                       (void)projector.project(conv5, strongest_maps(backend, trace, conv5, kMaps));
                     })});
  timings.push_back(
      {name, "forward_32", median_ms(3, [&] { net.infer(many, trace, logits), (void)backend.download(trace.output(logits)); })});
}

/// Once, clean forward pass included: until the coarse map stands, and until all places are done.
void bench_occlusion(const Net& net, const std::string& name, int size, int stride, std::vector<Timing>& timings) {
  const Stopwatch watch;
  Occlusion job(net, bench_images(1, net.network().input), {.size = size, .stride = stride});
  double coarse = 0;
  zf::run(job, [&] {
    if (coarse == 0 && job.coarse()) coarse = 1e3 * watch.seconds();
    return true;
  });
  const std::string work = fmt::format("occlude_{}_{}", size, stride);
  timings.push_back({name, work + "_coarse", coarse});
  timings.push_back({name, work, 1e3 * watch.seconds()});
}

/// Every map of every convolution muted once.
void bench_ranking(const Net& net, const std::string& name, std::vector<Timing>& timings) {
  const Network& network = net.network();
  std::vector<int> layers;
  for (const ConvOutput& output : conv_outputs(network)) layers.push_back(output.layer);
  const Tensor image = bench_images(1, network.input);
  timings.push_back({name, "rank_maps", median_ms(3, [&] {
                       const Ablation ablation(net, image);
                       AblationRanking ranking(net, ablation, layers);
                       zf::run(ranking);
                     })});
}

void bench_training(Net& net, const std::string& name, std::vector<Timing>& timings) {
  Sgd sgd(net, Recipe{}, Preprocess{});
  TrainingPass pass(net, sgd);
  Batch batch;
  batch.images = bench_images(kBatch, net.network().input);
  const int classes = net.shapes().back().c;
  for (int i = 0; i < kBatch; ++i) batch.labels.push_back(i % classes);
  std::uint64_t seed = 0;
  timings.push_back({name, "train_32", median_ms(3, [&] { (void)pass.run(batch, ++seed, 1e-4); })});
}

std::vector<Timing> bench_net(Backend& backend, const std::string& name, const ZooOptions& zoo) {
  const Network network = zfnet(zoo);
  Net net(backend, network, initialise(network, Initialisation::kHe, 1));
  std::vector<Timing> timings;
  bench_inference(net, name, timings);
  bench_occlusion(net, name, 56, 8, timings);
  bench_occlusion(net, name, 16, 4, timings);
  bench_ranking(net, name, timings);
  bench_training(net, name, timings);
  return timings;
}

void run(const Options& options, const std::string& which) {
  if (which != "full" && which != "half" && which != "both") fail("bench: expected --net full, half or both, found {}", which);
  const std::unique_ptr<Backend> backend = open_backend(options.backend);
  std::vector<Timing> timings;
  const auto add = [&](const char* name, const ZooOptions& zoo) {
    if (which != "both" && which != name) return;
    const std::vector<Timing> more = bench_net(*backend, name, zoo);
    timings.insert(timings.end(), more.begin(), more.end());
  };
  add("full", {224, 1.0, 4096, 1000});
  add("half", {224, 0.5, 1024, 10});
  if (!options.json) fmt::print("{}; medians\n", backend->description());
  nlohmann::ordered_json json;
  json["backend"] = backend->description();
  for (const Timing& timing : timings) {
    json[timing.net][timing.work + "_ms"] = timing.median_ms;
    if (!options.json) fmt::print("{:<5} {:<19} {:9.1f} ms\n", timing.net, timing.work, timing.median_ms);
  }
  if (options.json) print_json(json);
}

void run_model(const Options& options, const std::vector<std::string>& works, int runs) {
  nlohmann::ordered_json json;
  for (const ModelTiming& timing : bench_model(options, works, runs)) {
    json[timing.work + "_ms"] = timing.least_ms;
    json[timing.work + "_cpu_ms"] = timing.least_cpu_ms;
    if (!options.json) fmt::print("{:<19} {:9.1f} ms, {:9.1f} ms of processors\n", timing.work, timing.least_ms, timing.least_cpu_ms);
  }
  if (options.json) print_json(json);
}

struct Bench : Options {
  std::string net = "both";
  std::vector<std::string> works = model_works();
  int runs = 5;
};

}  // namespace

void add_bench(CLI::App& app) {
  auto options = std::make_shared<Bench>();
  CLI::App* command = app.add_subcommand("bench",
                                         "Times the paper's net (full) and half of it: forward passes of 1 and 32 images, projection of 32 "
                                         "conv5 maps, occlusion, ranking of maps, a training step; or a model file");
  add_options(*command, *options);
  add_arguments(*command, *options, "nothing else");
  command->add_option("--net", options->net, "full, half or both")->capture_default_str();
  command->add_option("--work", options->works, "of a model file: open (and first prediction), forward_1, forward_32, occlude_56_8");
  command->add_option("--runs", options->runs, "of a model file, forward passes of which the fastest counts")->capture_default_str();
  command->callback(
      [options] { options->models().empty() ? run(*options, options->net) : run_model(*options, options->works, options->runs); });
}

}  // namespace zf::cli
