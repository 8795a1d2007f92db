#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/io/model.h"
#include "core/report/story.h"

namespace zf::test {

/// A small network of every kind of layer for photos of 40 x 40, with random weights.
inline Network story_network() {
  Network network;
  network.name = "small";
  network.input = {1, 3, 40, 40};
  network.layers = {{"conv1", ConvLayer{12, 5, 2, 1, 1}},
                    {"relu1", ReluLayer{}},
                    {"pool1", MaxPoolLayer{{3, 2, 1, false}}},
                    {"norm1", LrnLayer{{5, 1e-1F, 0.75F, 2.0F}}},
                    {"conv2", ConvLayer{16, 3, 1, 1, 1}},
                    {"relu2", ReluLayer{}},
                    {"pool2", MaxPoolLayer{{3, 2, 0, false}}},
                    {"fc3", LinearLayer{20}},
                    {"relu3", ReluLayer{}},
                    {"drop3", DropoutLayer{0.5F}},
                    {"fc4", LinearLayer{4}},
                    {"prob", SoftmaxLayer{}}};
  return network;
}

inline Parameters story_parameters(const Network& network) {
  std::mt19937 random(5);
  Parameters parameters;
  for (const ParameterSpec& spec : parameter_specs(network)) {
    std::normal_distribution<float> normal(0.0F, spec.shape.n == 1 ? 0.1F : std::sqrt(2.0F / static_cast<float>(spec.shape.item())));
    Tensor tensor(spec.shape);
    for (float& value : tensor.values()) value = normal(random);
    parameters.emplace(spec.name, std::move(tensor));
  }
  return parameters;
}

inline Preprocess story_preprocess() {
  Preprocess preprocess;
  preprocess.resize = 44;
  preprocess.crop = {40, 40};
  preprocess.mean = {120, 110, 100};
  preprocess.std = {58, 58, 58};
  return preprocess;
}

inline const std::vector<std::string>& story_classes() {
  static const std::vector<std::string> kClasses = {"tench", "a <b>bold</b> & \"quoted\" class", "church", "golf ball"};
  return kClasses;
}

inline Image noise_photo(int width, int height, std::uint32_t seed) {
  std::mt19937 random(seed);
  Image image = make_image(width, height);
  for (std::uint8_t& level : image.rgb) level = static_cast<std::uint8_t>(random() & 255U);
  return image;
}

/// The network on the CPU backend, and a teller of stories about it.
struct SmallWorld {
  explicit SmallWorld(const StoryOptions& options = {}, Parameters parameters = story_parameters(story_network()))
      : net(*backend, story_network(), std::move(parameters)), teller(net, story_preprocess(), story_classes(), options) {}

  std::unique_ptr<Backend> backend = make_cpu_backend(1);
  Net net;
  StoryTeller teller;
};

}  // namespace zf::test
