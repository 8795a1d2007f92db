// Files as exporters write them (tests/fixtures/make_onnx_fixtures.py) against what PyTorch computes.
#include <gtest/gtest.h>

#include <cmath>

#include "core/exchange/import.h"
#include "core/io/safetensors.h"
#include "tests/exchange/testing.h"

namespace zf::testing {
namespace {

class OnnxFixtures : public ::testing::TestWithParam<const char*> {};

/// Ours takes maps first.
Tensor maps_first(const Tensor& x) {
  const Shape& shape = x.shape();
  if (shape.w != 3) return x;
  Tensor turned({shape.n, shape.w, shape.c, shape.h});
  for (int c = 0; c < shape.w; ++c) {
    for (int y = 0; y < shape.c; ++y) {
      for (int column = 0; column < shape.h; ++column) turned.at(0, c, y, column) = x.at(0, y, column, c);
    }
  }
  return turned;
}

TEST_P(OnnxFixtures, ComputeTheSame) {
  const std::string name = GetParam();
  const NetworkParts parts = import_onnx_network(fixture(name + ".onnx"));
  SafetensorsReader expected(fixture("expected.safetensors"));
  const Tensor x = maps_first(expected.read(name + ".x"));
  const Tensor y = expected.read(name + ".y");
  for (const char* backend_name : {"reference", "cpu"}) {
    const auto backend = make_backend(backend_name);
    Tensor found = output_of(*backend, parts, x);
    // A LogSoftmax is our softmax.
    if (name.starts_with("activations")) {
      for (float& value : found.values()) value = std::log(value);
    }
    // Far above float32's rounding, far below what any other reading of the file gives.
    EXPECT_LT(relative_error(found.values(), y.values()), 1e-5) << backend_name;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, OnnxFixtures,
                         ::testing::Values("alex_7", "alex_9", "alex_11", "alex_17", "residual_9", "residual_13", "preserved_8",
                                           "preserved_14", "mobile_9", "mobile_11", "mobile_14", "shuffle_9", "shuffle_13", "dense_9",
                                           "dense_11", "dense_17", "activations_9", "activations_14", "normalised_9", "normalised_13",
                                           "channels_11", "caffe2", "nhwc", "scales", "kinds"),
                         [](const auto& instance) { return std::string(instance.param); });

std::vector<std::string> types_of(const Network& network) {
  std::vector<std::string> types;
  for (const Layer& layer : network.layers) types.emplace_back(type_name(layer.op));
  return types;
}

using Types = std::vector<std::string>;

TEST(OnnxImport, PytorchsNormalisationIsOneLayer) {
  for (const char* file : {"alex_7.onnx", "alex_11.onnx", "alex_17.onnx"}) {
    const NetworkParts parts = import_onnx_network(fixture(file));
    EXPECT_EQ(types_of(parts.network), (Types{"conv", "relu", "lrn", "max_pool", "conv", "relu", "lrn", "linear", "relu", "linear"}))
        << file;
    const auto norm = std::get<LrnLayer>(parts.network.layers[2].op).spec;
    EXPECT_EQ(norm.size, 5);
    EXPECT_FLOAT_EQ(norm.alpha, 0.05F);
    EXPECT_FLOAT_EQ(norm.k, 2.0F);
  }
}

TEST(OnnxImport, NormalisationGoesIntoTheConvolution) {
  for (const char* file : {"residual_13.onnx", "preserved_14.onnx"}) {
    const NetworkParts parts = import_onnx_network(fixture(file));
    EXPECT_EQ(types_of(parts.network), (Types{"conv", "relu", "conv", "conv", "add", "relu", "global_avg_pool", "linear"})) << file;
  }
}

TEST(OnnxImport, PatternsOfNonLinearitiesAreOneLayer) {
  for (const char* file : {"mobile_9.onnx", "mobile_11.onnx", "mobile_14.onnx"}) {
    const NetworkParts parts = import_onnx_network(fixture(file));
    EXPECT_EQ(types_of(parts.network),
              (Types{"conv",         "hard_swish",      "conv",   "clip",       "global_avg_pool", "conv", "relu",    "conv",
                     "hard_sigmoid", "scale_maps",      "conv",   "silu",       "global_avg_pool", "conv", "sigmoid", "scale_maps",
                     "add",          "global_avg_pool", "linear", "hard_swish", "linear"}))
        << file;
  }
}

TEST(OnnxImport, AShuffleOfChannelsIsALayerAndAPartOfMapsAConvolution) {
  const NetworkParts parts = import_onnx_network(fixture("shuffle_9.onnx"));
  EXPECT_EQ(types_of(parts.network),
            (Types{"conv", "conv", "conv", "conv", "relu", "conv", "concat", "relu", "permute_maps", "global_avg_pool", "linear"}));
}

TEST(OnnxImport, NamesComeFromTheFile) {
  const NetworkParts parts = import_onnx_network(fixture("residual_13.onnx"));
  std::vector<std::string> names;
  for (const Layer& layer : parts.network.layers) names.push_back(layer.name);
  EXPECT_EQ(names, (std::vector<std::string>{"conv1", "relu1", "conv2", "downsample.0", "add1", "relu2", "pool1", "fc"}));
}

TEST(OnnxImport, TheFilesOwnNormalisationBecomesPreprocessing) {
  const ImportedModel pixels = import_onnx(fixture("normalised_13.onnx"));
  EXPECT_EQ(types_of(pixels.model.network), (Types{"conv", "relu", "max_pool", "linear"}));
  EXPECT_FLOAT_EQ(pixels.model.preprocess.scale, 1);
  EXPECT_NEAR(pixels.model.preprocess.mean[0], 123.7, 1e-3);
  EXPECT_NEAR(pixels.model.preprocess.std[2], 57.4, 1e-3);
}

TEST(OnnxImport, ExternalDataMustLieInTheFolder) {
  for (const char* location : {"../secret.bin", "/etc/hostname", "inner/../../x.bin"}) {
    OnnxWriter file;
    file.input("x", {1, 3, 4, 4}).output("y").external("w", {1, 3, 1, 1}, location).node("Conv", {"x", "w"}, {"y"});
    const std::string bytes = file.file();
    expect_error([&] { (void)import_onnx(bytes_of(bytes), "net.onnx"); }, {"net.onnx", "in the model's folder", location});
  }
}

}  // namespace
}  // namespace zf::testing
