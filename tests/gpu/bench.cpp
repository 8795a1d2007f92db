// Times the backends of a program's list: medians after a warm-up, each until its result is on the host. Prints JSON.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "core/analysis/occlusion.h"
#include "core/deconv/project.h"
#include "core/nn/zoo.h"
#include "core/train/initialise.h"
#include "core/train/training_pass.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kBatch = 32;
constexpr int kMaps = 32;

template <typename Run>
double median_ms(int runs, const Run& run) {
  run();
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[static_cast<std::size_t>(runs) / 2];
}

Tensor images(int count, std::uint32_t seed) { return random_tensor({count, 3, 224, 224}, seed, -128.0F, 127.0F); }

/// With the way up of the images and that of the scores down.
void time_forward(const Net& net, int count, int runs, Json& times) {
  const int logits = logits_layer(net.network());
  const Tensor host = images(count, 1);
  DeviceTensor x;
  Trace trace;
  times[fmt::format("forward_{}_ms", count)] = median_ms(runs, [&] {
    net.backend().upload(host, x);
    net.forward(x, trace, logits);
    (void)net.backend().download(trace.output(logits));
  });
}

void time_projection(const Net& net, Json& times) {
  const int conv5 = find_layer(net.network(), "conv5");
  DeviceTensor x;
  Trace trace;
  net.backend().upload(images(1, 2), x);
  Projector projector(net, trace, Rule::kDeconvnet);
  times["project_32_ms"] = median_ms(15, [&] {
    net.forward(x, trace, conv5);
    (void)projector.project(conv5, strongest_maps(net.backend(), trace, conv5, kMaps));
  });
}

void time_occlusion(const Net& net, Json& times) {
  const Tensor image = images(1, 3);
  times["occlude_56_8_ms"] = median_ms(3, [&] {
    Occlusion job(net, image, {.size = 56, .stride = 8});
    zf::run(job);
  });
}

void time_training(Net& net, Json& times) {
  if (!net.backend().trains()) return;
  Sgd sgd(net, Recipe{}, Preprocess{});
  TrainingPass pass(net, sgd);
  Batch batch{images(kBatch, 4), {}};
  for (int i = 0; i < kBatch; ++i) batch.labels.push_back(i % net.shapes().back().c);
  std::uint64_t seed = 0;
  times["train_32_ms"] = median_ms(10, [&] { (void)pass.run(batch, ++seed, 1e-4); });
}

Json time_net(Backend& backend, const ZooOptions& zoo) {
  const Network network = zfnet(zoo);
  Net net(backend, network, initialise(network, Initialisation::kHe, 1));
  Json times;
  time_forward(net, 1, 30, times);
  time_forward(net, kBatch, 15, times);
  time_projection(net, times);
  time_occlusion(net, times);
  time_training(net, times);
  return times;
}

Json time_all() {
  Json rows = Json::array();
  for (const NamedBackend& named : tested_backends()) {
    const std::unique_ptr<Backend> backend = named.make();
    rows.push_back({{"who", backend->description()},
                    {"full", time_net(*backend, {224, 1.0, 4096, 1000})},
                    {"half", time_net(*backend, {224, 0.5, 1024, 10})}});
  }
  return rows;
}

}  // namespace
}  // namespace zf::testing

int main() {
  try {
    fmt::print("{}\n", zf::testing::time_all().dump(2));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
