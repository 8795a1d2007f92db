#include "tests/nn/fixture.h"

#include <algorithm>
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

/// Adds layers whose inputs are named.
class GraphBuilder {
 public:
  explicit GraphBuilder(Network network) : network_(std::move(network)) {}

  GraphBuilder& add(std::string name, LayerOp op, const std::vector<std::string>& inputs = {}) {
    Layer layer{std::move(name), std::move(op), {}};
    for (const std::string& input : inputs) {
      const auto found = std::find_if(network_.layers.begin(), network_.layers.end(), [&](const Layer& l) { return l.name == input; });
      layer.inputs.push_back(static_cast<int>(found - network_.layers.begin()));
    }
    network_.layers.push_back(std::move(layer));
    return *this;
  }
  GraphBuilder& add(std::string name, Activation::Kind kind) { return add(std::move(name), ActivationLayer{{.kind = kind}}); }
  [[nodiscard]] Network take() { return std::move(network_); }

 private:
  Network network_;
};

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

Network small_graph() {
  using Kind = Activation::Kind;
  GraphBuilder net({"small-graph", {1, 3, 35, 30}, {}});
  net.add("pad1", PadLayer{0, 1, 1, 2}).add("conv1", ConvLayer{.maps = 8, .kernel = 3, .stride = 2, .bias = false});
  net.add("bn1", AffineLayer{}).add("relu1", ReluLayer{});
  net.add("conv2a", ConvLayer{10, 3, 1, 1}).add("relu2a", ReluLayer{}).add("conv2b", ConvLayer{12, 3, 2, 1});
  net.add("conv2c", ConvLayer{12, 1, 2, 0}, {"relu1"}).add("add2", AddLayer{}, {"conv2b", "conv2c"}).add("relu2", ReluLayer{});
  net.add("conv3", ConvLayer{.maps = 12, .kernel = 3, .pad = 2, .dilation = 2}).add("bn3", AffineLayer{});
  net.add("add3", AddLayer{}, {"bn3", "relu2"}).add("prelu3", ActivationLayer{{.kind = Kind::kLeakyRelu}, true});
  net.add("mean4", AveragePoolLayer{.kernel = 3, .stride = 1, .pad = 1, .count_pad = false});
  net.add("depth4", ConvLayer{12, 3, 1, 1, 12}, {"prelu3"}).add("clip4", ActivationLayer{{.kind = Kind::kClip, .low = 0, .high = 2}});
  net.add("conv4", ConvLayer{8, 1, 1, 0, 2}, {"prelu3"}).add("leaky4", ActivationLayer{{.kind = Kind::kLeakyRelu, .slope = 0.1F}});
  net.add("concat4", ConcatLayer{}, {"mean4", "clip4", "leaky4"}).add("shuffle4", PermuteMapsLayer{4});
  net.add("conv5", ConvLayer{16, 1, 1, 0}).add("silu5", Kind::kSilu).add("squeeze5", GlobalAveragePoolLayer{});
  net.add("fc5a", ConvLayer{6, 1, 1, 0}).add("swish5", Kind::kHardSwish).add("fc5b", ConvLayer{16, 1, 1, 0});
  net.add("gate5", Kind::kHardSigmoid).add("scale5", ScaleMapsLayer{}, {"silu5", "gate5"});
  net.add("pool6", AveragePoolLayer{.kernel = 2, .stride = 2, .ceil = true}).add("conv6", ConvLayer{12, 3, 1, 1}).add("gelu6", Kind::kGelu);
  net.add("norm6", strong_norm(3)).add("tanh6", Kind::kTanh).add("sigmoid6", ActivationLayer{{.kind = Kind::kSigmoid}}, {"gelu6"});
  net.add("add6", AddLayer{}, {"tanh6", "sigmoid6", "gelu6"}).add("max6", MaxPoolLayer{{2, 1, 0, false}}).add("flat6", FlattenLayer{});
  net.add("fc7", LinearLayer{9, false}).add("relu7", ReluLayer{}).add("fc8", LinearLayer{5}).add("prob", SoftmaxLayer{});
  return net.take();
}

Parameters fixture_parameters(const Fixture& fixture, const Network& network) {
  Parameters parameters;
  const std::vector<Shape> inputs = input_shapes(network);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Layer& layer = network.layers[i];
    for (const LayerTensor& tensor : layer_tensors(layer.op, inputs[i])) {
      const std::string name = layer.name + "." + tensor.role;
      parameters.emplace(name, Tensor(tensor.shape, fixture.at(name)));
    }
  }
  return parameters;
}

}  // namespace zf::testing
