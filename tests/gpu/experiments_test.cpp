// The paper's experiments on the backends of a program's list, on a small network with random weights, against the CPU backend.
#include <algorithm>
#include <cmath>

#include "core/analysis/ablation.h"
#include "core/analysis/conv_output.h"
#include "core/analysis/correspondence.h"
#include "core/analysis/invariance.h"
#include "core/analysis/occlusion.h"
#include "core/analysis/top_k.h"
#include "core/deconv/project.h"
#include "core/nn/zoo.h"
#include "core/train/initialise.h"
#include "core/train/training_pass.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

constexpr int kSide = 96;  // pixels

Net small_net(Backend& backend) {
  const Network network = zfnet({.size = kSide, .width = 0.125, .fc = 32, .classes = 10});
  return {backend, network, initialise(network, Initialisation::kHe, 1)};
}

/// Pixels of 0-255 without their mean.
Tensor images(int count, std::uint32_t seed = 1) { return random_tensor({count, 3, kSide, kSide}, seed, -128.0F, 127.0F); }

/// Values of any number as a tensor.
template <typename Values>
Tensor tensor_of(const Values& values) {
  Tensor result({1, 1, 1, static_cast<int>(values.size())});
  std::transform(values.begin(), values.end(), result.data(), [](auto value) { return static_cast<float>(value); });
  return result;
}

class Experiments : public ::testing::TestWithParam<NamedBackend> {
 protected:
  /// Runs an experiment on the tested backend and on the CPU; its results must agree.
  void compare(double tolerance, const std::function<std::vector<Tensor>(Net&)>& run) {
    const std::unique_ptr<Backend> cpu = make_cpu_backend(1);
    Net expected_net = small_net(*cpu);
    Net found_net = small_net(GetParam().instance());
    const std::vector<Tensor> expected = run(expected_net);
    const std::vector<Tensor> found = run(found_net);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_LE(normalised_error(found[i], expected[i]), tolerance) << "result " << i;
  }
};

TEST_P(Experiments, Forward) {
  compare(1e-4, [](Net& net) {
    DeviceTensor x;
    net.backend().upload(images(3), x);
    Trace trace;
    net.forward(x, trace);
    std::vector<Tensor> results;
    for (const char* name : {"conv1", "norm1", "conv5", "pool5", "fc7", "logits", "prob"}) {
      results.push_back(net.backend().download(trace.output(find_layer(net.network(), name))));
    }
    return results;
  });
}

TEST_P(Experiments, Projections) {
  for (const Rule rule : {Rule::kDeconvnet, Rule::kGradient, Rule::kGuided}) {
    for (const LrnBackward lrn : {LrnBackward::kPass, LrnBackward::kDerivative}) {
      compare(1e-3, [&](Net& net) {
        DeviceTensor x;
        net.backend().upload(images(2), x);
        Trace trace;
        net.forward(x, trace);
        Projector projector(net, trace, rule, lrn);
        std::vector<Tensor> results;
        for (const char* name : {"conv2", "conv5", "fc7"}) {
          const int layer = find_layer(net.network(), name);
          results.push_back(projector.project(layer, strongest_maps(net.backend(), trace, layer, 9, 1)).pixels);
        }
        const std::vector<MapSeed> whole = {{0, MapSeed::kAllMaps}, {1, 3}};
        results.push_back(projector.project_maps(find_layer(net.network(), "conv3"), whole).pixels);
        return results;
      });
    }
  }
}

TEST_P(Experiments, TopNine) {
  compare(1e-4, [](Net& net) {
    Backend& backend = net.backend();
    const int layer = find_layer(net.network(), "conv3");
    TopK best(net.shapes()[static_cast<std::size_t>(layer)].c, 9);
    DeviceTensor x;
    DeviceTensor values;
    DeviceSwitches places;
    Trace trace;
    for (int batch = 0; batch < 3; ++batch) {
      backend.upload(images(5, static_cast<std::uint32_t>(10 + batch)), x);
      net.forward(x, trace, layer);
      backend.channel_max(trace.output(layer), values, places);
      const Tensor tops = backend.download(values);
      const std::vector<std::uint32_t> at = backend.download(places);
      for (int item = 0; item < 5; ++item) {
        const auto maps = static_cast<std::size_t>(best.maps());
        const std::size_t first = static_cast<std::size_t>(item) * maps;
        best.add(batch * 5 + item, tops.values().subspan(first, maps), std::span(at).subspan(first, maps));
      }
    }
    std::vector<float> found;
    for (int map = 0; map < best.maps(); ++map) {
      for (const Peak& peak : best.best(map)) {
        found.insert(found.end(), {peak.value, static_cast<float>(peak.image), static_cast<float>(peak.place)});
      }
    }
    return std::vector<Tensor>{tensor_of(found)};
  });
}

TEST_P(Experiments, Occlusion) {
  const std::vector<OcclusionOptions> cases = {{.size = 24, .stride = 12},
                                               {.size = 12, .stride = 8, .border = true, .fill = {10, -20, 30}, .soft_edge = 3},
                                               {.size = 24, .stride = 24, .brute_force = true}};
  for (const OcclusionOptions& options : cases) {
    compare(1e-3, [&](Net& net) {
      Occlusion job(net, images(1), options);
      zf::run(job);
      return std::vector<Tensor>{tensor_of(job.maps().logits), tensor_of(job.maps().activation)};
    });
  }
}

TEST_P(Experiments, Ranking) {
  compare(1e-3, [](Net& net) {
    const Ablation ablation(net, images(1));
    std::vector<int> layers;
    for (const ConvOutput& output : conv_outputs(net.network())) layers.push_back(output.layer);
    AblationRanking job(net, ablation, layers);
    zf::run(job);
    std::vector<Tensor> results;
    for (const LayerRanking& layer : job.layers()) results.push_back(tensor_of(layer.logits));
    return results;
  });
}

TEST_P(Experiments, Muting) {
  compare(1e-4, [](Net& net) {
    Ablation ablation(net, images(1));
    const int conv2 = find_layer(net.network(), "conv2");
    const int fc6 = find_layer(net.network(), "fc6");
    const std::vector<Mute> mutes = {{.layer = conv2, .map = 3}, {.layer = conv2, .map = 4, .y = 1, .x = 2}, {.layer = fc6, .map = 5}};
    return std::vector<Tensor>{tensor_of(ablation.clean_logits()), tensor_of(ablation.logits(mutes))};
  });
}

TEST_P(Experiments, Invariance) {
  compare(1e-4, [](Net& net) {
    InvarianceProbe probe(net, {stage_end(net.network(), 1), stage_end(net.network(), 7)}, {0, 0, 0});
    probe.set_photo(random_tensor({1, 3, kSide + 10, kSide + 20}, 4, -128.0F, 127.0F));
    std::vector<float> distances;
    std::vector<float> probabilities;
    const std::vector<Transform> transforms = {{.down = 5}, {.scale = 1.3}, {.angle = 40}, {.down = -3, .right = 8, .angle = 200}};
    for (const Response& response : probe.measure(transforms)) {
      for (const double distance : response.distance) distances.push_back(static_cast<float>(distance));
      probabilities.insert(probabilities.end(), response.probabilities.begin(), response.probabilities.end());
    }
    return std::vector<Tensor>{tensor_of(distances), tensor_of(probabilities)};
  });
}

// Signs of tiny changes may differ, so that a distance of two sign vectors moves by a few thousandths.
TEST_P(Experiments, Correspondence) {
  compare(0.01, [](Net& net) {
    std::vector<Face> faces;
    for (int i = 0; i < 3; ++i) {
      const double shift = 3 * i;
      faces.push_back({"face", images(1, static_cast<std::uint32_t>(20 + i)), {{30 + shift, 40}, {60 + shift, 42}, {45, 60 + shift}}, 30});
    }
    CorrespondenceJob job(net, {.layers = {stage_end(net.network(), 5), stage_end(net.network(), 7)}, .draws = 4, .batch = 5},
                          {"left_eye", "right_eye", "nose"}, faces);
    zf::run(job);
    std::vector<Tensor> results;
    for (const PartResult& part : job.results()) results.push_back(tensor_of(part.mean));
    return results;
  });
}

class TrainingExperiment : public Experiments {};

TEST_P(TrainingExperiment, FourSteps) {
  compare(1e-3, [](Net& net) {
    const Parameters before = net.parameters();
    Sgd sgd(net, {.filter_limit = 0.01}, Preprocess{});
    TrainingPass pass(net, sgd);
    std::vector<float> losses;
    for (int step = 0; step < 4; ++step) {
      const Batch batch{images(6, static_cast<std::uint32_t>(30 + step)), {0, 3, 5, 9, 1, step}};
      losses.push_back(static_cast<float>(pass.run(batch, static_cast<std::uint64_t>(step), 1e-3).loss));
    }
    std::vector<Tensor> results = {tensor_of(losses)};
    for (const auto& [name, after] : net.parameters()) {
      Tensor moved = after;
      for (std::size_t i = 0; i < moved.size(); ++i) moved.values()[i] -= before.at(name).values()[i];
      results.push_back(std::move(moved));
    }
    return results;
  });
}

INSTANTIATE_TEST_SUITE_P(All, Experiments, ::testing::ValuesIn(tested_backends()), BackendName());
INSTANTIATE_TEST_SUITE_P(All, TrainingExperiment, ::testing::ValuesIn(training_backends()), BackendName());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TrainingExperiment);

}  // namespace
}  // namespace zf::testing
