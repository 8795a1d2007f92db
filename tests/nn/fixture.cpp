#include "tests/nn/fixture.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/nn/zoo.h"
#include "core/tensor/error.h"

namespace zf::testing {

namespace {

LrnLayer strong_norm(int size) { return {{size, 0.5F, 0.75F, 2.0F}}; }

}  // namespace

Fixture read_fixture(const std::string& name) {
  const std::string path = std::string(ZF_FIXTURES) + "/nn/" + name + ".safetensors";
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::uint64_t stored = 0;
  if (bytes.size() < sizeof stored) fail("fixture {}: expected a safetensors file, found {} bytes", path, bytes.size());
  std::memcpy(&stored, bytes.data(), sizeof stored);
  const auto length = static_cast<std::size_t>(stored);
  const auto header = nlohmann::json::parse(bytes.substr(sizeof stored, length));
  Fixture fixture;
  for (const auto& [key, tensor] : header.items()) {
    if (key == "__metadata__") continue;
    const std::size_t begin = tensor["data_offsets"][0];
    const std::size_t end = tensor["data_offsets"][1];
    std::vector<float>& values = fixture[key];
    values.resize((end - begin) / sizeof(float));
    std::memcpy(values.data(), bytes.data() + sizeof stored + length + begin, end - begin);
  }
  return fixture;
}

Network small_zfnet() {
  Network network = zfnet({96, 1.0 / 16, 32, 10});
  network.input.w = 80;
  for (Layer& layer : network.layers) {
    if (std::holds_alternative<LrnLayer>(layer.op)) layer.op = strong_norm(5);
    if (std::holds_alternative<DropoutLayer>(layer.op)) layer.op = DropoutLayer{0.0F};
  }
  return network;
}

Network small_mixed() {
  return {"small-mixed",
          {1, 3, 33, 29},
          {{"conv1", ConvLayer{8, 5, 2, 2}},
           {"norm1", strong_norm(3)},
           {"relu1", ReluLayer{}},
           {"pool1", MaxPoolLayer{{3, 2, 0, true}}},
           {"conv2", ConvLayer{12, 3, 1, 1, 2}},
           {"relu2", ReluLayer{}},
           {"pool2", MaxPoolLayer{{2, 2, 0, true}}},
           {"fc3", LinearLayer{20}},
           {"relu3", ReluLayer{}},
           {"fc4", LinearLayer{5}},
           {"prob", SoftmaxLayer{}}}};
}

Parameters fixture_parameters(const Fixture& fixture, const Network& network) {
  Parameters parameters;
  Shape in = network.input;
  for (const Layer& layer : network.layers) {
    if (has_weights(layer.op)) {
      const Shape weight = weight_shape(layer.op, in);
      parameters.emplace(layer.name + ".weight", Tensor(weight, fixture.at(layer.name + ".weight")));
      parameters.emplace(layer.name + ".bias", Tensor({1, weight.n, 1, 1}, fixture.at(layer.name + ".bias")));
    }
    in = output_shape(layer, in);
  }
  return parameters;
}

}  // namespace zf::testing
