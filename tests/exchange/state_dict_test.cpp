// State dicts in torchvision's names (tests/fixtures/make_state_dict_fixtures.py) against what torchvision's code computes.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/exchange/import.h"
#include "core/io/safetensors.h"
#include "tests/exchange/testing.h"
#include "tests/io/testing.h"

namespace zf::testing {
namespace {

std::filesystem::path state_dict(const std::string& name) {
  return std::filesystem::path(ZF_FIXTURES) / "state_dicts" / (name + ".safetensors");
}

/// As image() of the script makes it.
Tensor image(const Shape& shape) {
  Tensor x(shape);
  std::uint32_t mixed = 12345;
  for (float& value : x.values()) {
    value = static_cast<float>(mixed >> 16U) / 32768 - 1;
    mixed += 2654435761U;
  }
  return x;
}

NetworkParts network_of(const std::filesystem::path& path) {
  SafetensorsReader reader(path);
  return import_state_dict_network(reader);
}

class StateDicts : public ::testing::TestWithParam<const char*> {};

TEST_P(StateDicts, ComputeTheSame) {
  const std::string name = GetParam();
  const NetworkParts parts = network_of(state_dict(name));
  SafetensorsReader expected(state_dict("expected"));
  const Tensor y = expected.read(name);
  // In double precision, so that what is left is the rounding of folded weights; another stride, pad or epsilon gives far more.
  const auto backend = make_backend("reference");
  const Tensor found = output_of(*backend, parts, image(parts.network.input));
  EXPECT_LT(relative_error(found.values(), y.values()), 2e-5);
}

INSTANTIATE_TEST_SUITE_P(Files, StateDicts,
                         ::testing::Values("alexnet", "vgg11", "vgg16_bn", "squeezenet1_0", "squeezenet1_1", "resnet10", "resnext14",
                                           "googlenet", "densenet", "densenet_old", "mobilenet_v2", "zfnet"),
                         [](const auto& instance) { return std::string(instance.param); });

bool is_noted(const ImportedModel& imported, std::string_view words) {
  return std::any_of(imported.notes.begin(), imported.notes.end(),
                     [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

TEST(StateDictImport, SaysWhatTheNetworkIs) {
  const struct {
    const char* file;
    const char* what;
  } known[] = {{"alexnet", "AlexNet"},
               {"vgg16_bn", "VGG-16 with batch normalisation"},
               {"squeezenet1_1", "SqueezeNet 1.1"},
               {"resnet10", "ResNet-10"},
               {"resnext14", "ResNeXt-14 of 2 groups"},
               {"googlenet", "GoogLeNet"},
               {"densenet_old", "DenseNet-13"},
               {"mobilenet_v2", "MobileNet V2"},
               {"zfnet", "ZFNet"}};
  for (const auto& one : known) {
    const ImportedModel imported = load_any_model(state_dict(one.file));
    EXPECT_TRUE(is_noted(imported, std::string("network: ") + one.what + ",")) << one.file << ": " << imported.notes.front();
    EXPECT_EQ(imported.model.network.input, (Shape{1, 3, 224, 224}));
    EXPECT_EQ(imported.model.classes.size(), 5U);
  }
}

TEST(StateDictImport, NormalisationGoesIntoConvolutionsAndLayersHaveTheModulesNames) {
  const NetworkParts parts = network_of(state_dict("resnet10"));
  std::vector<std::string> names;
  for (const Layer& layer : parts.network.layers) names.push_back(layer.name);
  EXPECT_EQ(std::vector(names.begin(), names.begin() + 8),
            (std::vector<std::string>{"conv1", "relu", "maxpool", "layer1.0.conv1", "layer1.0.relu", "layer1.0.conv2", "layer1.0.add",
                                      "layer1.0.relu_1"}));
  EXPECT_EQ(names.back(), "fc");
  EXPECT_EQ(std::count_if(names.begin(), names.end(), [](const std::string& name) { return name.find("bn") != std::string::npos; }), 0);
}

TEST(StateDictImport, GoogLeNetTakesPhotosAsItsPublishedWeightsDo) {
  const ImportedModel imported = load_any_model(state_dict("googlenet"));
  EXPECT_FLOAT_EQ(imported.model.preprocess.mean[0], 1);
  EXPECT_FLOAT_EQ(imported.model.preprocess.scale, 1 / 127.5F);
  EXPECT_TRUE(is_noted(imported, "transform_input"));
  EXPECT_TRUE(is_noted(imported, "18 in all")) << imported.notes[1];
  EXPECT_TRUE(is_noted(load_any_model(state_dict("vgg11")), "imagenet-torch"));
}

TEST(StateDictImport, ImagesOfAnotherSize) {
  SafetensorsReader reader(state_dict("vgg11"));
  EXPECT_EQ(import_state_dict_network(reader, {.size = 448}).network.input, (Shape{1, 3, 448, 448}));
  expect_error([&] { (void)import_state_dict(reader, {.size = 256}); }, {"vgg11.safetensors", "a multiple of 7 x 7", "8x8", "--size"});
  expect_error([&] { (void)import_state_dict(reader, {.output = "x"}); }, {"vgg11.safetensors", "--output", "\"x\""});
}

/// Files of changed tensors.
class ChangedStateDict : public TemporaryFolder {
 protected:
  struct Stored {
    std::vector<std::int64_t> dims;
    std::vector<float> values;
  };
  using Tensors = std::map<std::string, Stored>;

  static Tensors tensors_of(const std::string& name) {
    SafetensorsReader reader(state_dict(name));
    Tensors tensors;
    for (const auto& [tensor, entry] : reader.entries()) {
      if (!is_floating(entry.precision)) continue;
      const Tensor read = reader.read(tensor);
      tensors[tensor] = {entry.dims, {read.values().begin(), read.values().end()}};
    }
    return tensors;
  }
  std::filesystem::path written(const Tensors& tensors) {
    std::vector<StoredTensor> stored;
    for (const auto& [name, tensor] : tensors) stored.push_back({name, tensor.dims, tensor.values});
    write_safetensors(path("net.safetensors"), stored, {}, Precision::kFloat32);
    return path("net.safetensors");
  }
  void expect_refusal(const Tensors& tensors, std::initializer_list<std::string_view> parts) {
    const std::filesystem::path file = written(tensors);
    expect_error([&] { (void)load_any_model(file); }, parts);
  }
};

TEST_F(ChangedStateDict, WhatDoesNotFitIsRefused) {
  const Tensors whole = tensors_of("densenet");
  Tensors changed = whole;
  changed.erase("features.denseblock1.denselayer2.norm2.running_mean");
  expect_refusal(changed, {"net.safetensors", "\"features.denseblock1.denselayer2.norm2.running_mean\" of shape (6)", "found none"});
  changed = whole;
  changed["features.transition1.conv.weight"] = {{5, 9, 1, 1}, std::vector<float>(45)};
  expect_refusal(changed, {"\"features.transition1.conv.weight\"", "expected the shape (any, 10, 1, 1)", "found (5, 9, 1, 1)"});
  changed = whole;
  changed["features.norm5.running_var"].values[0] = -1;
  expect_refusal(changed, {"\"features.norm5.running_var\"", "at least 0", "-1"});
}

TEST_F(ChangedStateDict, AnotherNetworkUnderTheSameNamesIsRefused) {
  Tensors changed = tensors_of("resnext14");
  changed["layer1.0.se.fc1.weight"] = {{1, 16, 1, 1}, std::vector<float>(16)};
  expect_refusal(changed, {"\"layer1\"", "\"layer1.0.se.fc1.weight\""});
  changed = tensors_of("vgg11");
  changed["features.21.weight"] = {{7, 7, 3, 3}, std::vector<float>(441)};
  changed["features.21.bias"] = {{7}, std::vector<float>(7)};
  expect_refusal(changed, {"stages of", "[2, 2, 2, 2, 2]", "found [1, 1, 2, 2, 2, 1]"});
  changed = tensors_of("squeezenet1_1");
  for (const char* part : {"squeeze", "expand1x1", "expand3x3"}) {
    for (const char* role : {"weight", "bias"}) changed.erase(fmt::format("features.12.{}.{}", part, role));
  }
  expect_refusal(changed, {"fire modules", "found [3, 4, 6, 7, 9, 10, 11]"});
}

TEST_F(ChangedStateDict, ModulesOfTheirOwnAreIgnored) {
  Tensors changed = tensors_of("zfnet");
  changed["projector.weight"] = {{2, 2}, std::vector<float>(4)};
  const ImportedModel imported = load_any_model(written(changed));
  EXPECT_TRUE(is_noted(imported, "ignored, as the network has no such modules: projector.weight; 1 in all"));
}

TEST_F(ChangedStateDict, OtherNetworksAreRefusedWithWhatIsKnown) {
  expect_refusal(
      {{"embeddings.word.weight", {{2, 2}, std::vector<float>(4)}}},
      {"net.safetensors", "zfscope.network", "alexnet", "mobilenet_v2", "pytorchcv", "\"embeddings.word.weight\"", "torch.onnx.export"});
  expect_refusal({}, {"net.safetensors", "expected tensors, found none"});
}

TEST_F(ChangedStateDict, GreyImages) {
  Tensors changed = tensors_of("zfnet");
  Stored& first = changed["features.stage1.unit1.conv.weight"];
  first = {{4, 1, 7, 7}, std::vector<float>(196, 0.1F)};
  EXPECT_EQ(load_any_model(written(changed)).model.network.input, (Shape{1, 1, 224, 224}));
}

}  // namespace
}  // namespace zf::testing
