// What Caffe's files say beside the layers, and files that are damaged, hostile or say what our layers cannot.
#include <gtest/gtest.h>

#include <algorithm>
#include <protozero/pbf_writer.hpp>

#include "core/exchange/import.h"
#include "core/exchange/mean_file.h"
#include "core/io/atomic_file.h"
#include "core/tensor/npy.h"
#include "tests/exchange/testing.h"
#include "tests/io/testing.h"

namespace zf::testing {
namespace {

std::filesystem::path caffe_fixture(const std::string& name) { return std::filesystem::path(ZF_FIXTURES) / "caffe" / name; }

/// Weights that a test makes up.
class WeightsWriter {
 public:
  WeightsWriter& layer(const std::string& name) {
    std::string bytes;
    protozero::pbf_writer(bytes).add_string(1, name);
    layers_.push_back(bytes);
    return *this;
  }
  WeightsWriter& blob(const std::vector<std::int64_t>& dims, std::size_t count, float value = 1) {
    protozero::pbf_writer layer(layers_.back());
    protozero::pbf_writer blob(layer, 7);
    {
      protozero::pbf_writer shape(blob, 7);
      shape.add_packed_int64(1, dims.begin(), dims.end());
    }
    const std::vector<float> values(count, value);
    blob.add_packed_float(5, values.begin(), values.end());
    return *this;
  }
  /// One number after another, of double precision.
  WeightsWriter& doubles(const std::vector<std::int64_t>& dims, const std::vector<double>& values) {
    protozero::pbf_writer layer(layers_.back());
    protozero::pbf_writer blob(layer, 7);
    for (const double value : values) blob.add_double(8, value);
    protozero::pbf_writer shape(blob, 7);
    for (const std::int64_t dim : dims) shape.add_int64(1, dim);
    return *this;
  }
  [[nodiscard]] std::string file() const {
    std::string bytes;
    protozero::pbf_writer net(bytes);
    for (const std::string& layer : layers_) net.add_message(100, layer);
    return bytes;
  }

 private:
  std::vector<std::string> layers_;
};

const char* const kInput = "input: 'data' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8 ";

/// A network of one layer on images (1, 3, 8, 8).
std::string one_layer(const std::string& type, const std::string& params) {
  return kInput + ("layer { name: 'it' type: '" + type + "' bottom: 'data' top: 'it' " + params + " }");
}

NetworkParts imported(const std::string& prototxt, const WeightsWriter& weights = {}, const ImportOptions& options = {}) {
  std::string bytes = weights.file();
  if (bytes.empty()) bytes = WeightsWriter().layer("none").file();
  return import_caffe_network(prototxt, bytes_of(bytes), "net.prototxt", options);
}

void expect_refused(const std::string& prototxt, std::initializer_list<std::string_view> parts, const WeightsWriter& weights = {}) {
  expect_error([&] { (void)imported(prototxt, weights); }, parts);
}

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(layer.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(CaffeImport, LayersKeepTheirNames) {
  EXPECT_EQ(names_of(import_caffe_network(caffe_fixture("caffenet.caffemodel")).network),
            (Names{"conv1", "relu1", "pool1", "norm1", "conv2", "relu2", "pool2", "norm2", "conv3", "relu3", "conv4",
                   "relu4", "conv5", "relu5", "pool5", "fc6",   "relu6", "drop6", "fc7",   "relu7", "fc8",   "prob"}));
  const Names squeezed = names_of(import_caffe_network(caffe_fixture("squeezenet.prototxt")).network);
  EXPECT_EQ(squeezed[3], "fire2.squeeze1x1");
  EXPECT_EQ(squeezed[9], "fire2.concat");
}

TEST(CaffeImport, NormalisationGoesIntoTheConvolution) {
  const Network network = import_caffe_network(caffe_fixture("resnet.prototxt")).network;
  EXPECT_EQ(names_of(network), (Names{"conv1", "conv1_relu", "pool1", "res2a_branch1", "res2a_branch2a", "res2a_branch2a_relu",
                                      "res2a_branch2b", "res2a", "res2a_relu", "res2b_branch2a", "res2b", "res2b_relu", "pool5", "fc"}));
}

/// A network that trains, in either way that its file may be given, is the one that it is when it is used.
TEST(CaffeImport, TakesTrainingsNetworkForTesting) {
  const std::filesystem::path weights = caffe_fixture("digits.caffemodel");
  const NetworkParts deployed = import_caffe_network(caffe_fixture("digits_deploy.prototxt"), {.output = "ip2", .weights = weights});
  const NetworkParts trained = import_caffe_network(caffe_fixture("digits_train_val.prototxt"), {.weights = weights});
  const NetworkParts stored = import_caffe_network(weights);
  EXPECT_EQ(deployed.network.input, (Shape{1, 1, 20, 20}));
  EXPECT_EQ(trained.network, deployed.network);
  EXPECT_EQ(stored.network, deployed.network);
  const auto backend = make_backend("reference");
  const Tensor x = random_tensor(deployed.network.input, 1);
  const Tensor expected = output_of(*backend, deployed, x);
  EXPECT_EQ(relative_error(output_of(*backend, trained, x).values(), expected.values()), 0);
  EXPECT_EQ(relative_error(output_of(*backend, stored, x).values(), expected.values()), 0);
}

TEST(CaffeImport, PreprocessesAsCaffeDoesUnlessTheFileSaysOtherwise) {
  const ImportedModel usual = import_caffe(caffe_fixture("squeezenet.prototxt"));
  EXPECT_EQ(usual.model.preprocess.order, "bgr");
  EXPECT_FLOAT_EQ(usual.model.preprocess.mean[0], 103.939F);
  EXPECT_EQ(usual.model.network.name, "squeezenet");
  const ImportedModel digits = import_caffe(caffe_fixture("digits.caffemodel"));
  EXPECT_EQ(digits.model.preprocess.order, "grey");
  EXPECT_FLOAT_EQ(digits.model.preprocess.mean[0], 0);
  EXPECT_FLOAT_EQ(digits.model.preprocess.std[0], 256);
  // What two losses read is one output.
  EXPECT_TRUE(std::none_of(digits.notes.begin(), digits.notes.end(), [](const std::string& note) { return note.starts_with("outputs"); }));
  const std::string layers =
      "layer { name: 'it' type: 'Data' top: 'data' transform_param { mean_value: 104 mean_value: 117 mean_value: 123 scale: 0.5 crop_size: "
      "8 } }"
      "layer { name: 'fc' type: 'InnerProduct' bottom: 'data' top: 'fc' inner_product_param { num_output: 2 bias_term: false } }";
  const std::string weights = WeightsWriter().layer("fc").blob({2, 192}, 384).file();
  const auto preprocess = [&](const ImportOptions& options) {
    return import_caffe(layers, bytes_of(weights), "net.prototxt", options).model.preprocess;
  };
  EXPECT_EQ(preprocess({}), (Preprocess{9, {8, 8}, "bgr", 1, {104, 117, 123}, {2, 2, 2}}));
  EXPECT_EQ(preprocess({.preprocess = {.mean = {{1, 2, 3}}}}).mean, (std::array<float, 3>{1, 2, 3}));
  EXPECT_EQ(preprocess({.preprocess = {.preset = "unit"}}), make_preprocess(find_preset("unit"), {}, {1, 3, 8, 8}));
}

TEST(CaffeImport, ReadsWeightsOfDoublePrecision) {
  const NetworkParts parts = imported(one_layer("Scale", ""), WeightsWriter().layer("it").doubles({3}, {1, 2, 0.1}));
  const auto scale = parts.parameters.at("it.scale").values();
  EXPECT_EQ(std::vector(scale.begin(), scale.end()), (std::vector<float>{1, 2, 0.1F}));
}

TEST(CaffeImport, AveragesRoundUpAndDivideByThePaddingToo) {
  // Caffe's loop, literally.
  constexpr int kSide = 7, kKernel = 3, kStride = 2, kPad = 1;
  const NetworkParts parts = imported(
      "input: 'data' input_dim: 1 input_dim: 3 input_dim: 7 input_dim: 7 layer { name: 'pool' type: 'Pooling' bottom: 'data' top: 'pool' "
      "pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 } }");
  const Tensor x = random_tensor({1, 3, kSide, kSide}, 1);
  std::vector<float> expected;
  for (int c = 0; c < 3; ++c) {
    for (int row = 0; row < 4; ++row) {
      for (int column = 0; column < 4; ++column) {
        const int top = row * kStride - kPad, left = column * kStride - kPad;
        const int bottom = std::min(top + kKernel, kSide + kPad), right = std::min(left + kKernel, kSide + kPad);
        double sum = 0;
        for (int y = std::max(top, 0); y < std::min(bottom, kSide); ++y) {
          for (int at = std::max(left, 0); at < std::min(right, kSide); ++at) sum += x.at(0, c, y, at);
        }
        expected.push_back(static_cast<float>(sum / ((bottom - top) * (right - left))));
      }
    }
  }
  for (const char* backend_name : {"reference", "cpu"}) {
    EXPECT_LT(relative_error(output_of(*make_backend(backend_name), parts, x).values(), expected), 1e-6) << backend_name;
  }
}

TEST(CaffeRefusals, LayersThatOursCannotSay) {
  expect_refused(one_layer("Deconvolution", ""), {"net.prototxt", "layer \"it\" (Deconvolution)", "Convolution, InnerProduct", "Pooling"});
  expect_refused(one_layer("Convolution", "convolution_param { num_output: 2 kernel_h: 3 kernel_w: 1 }"), {"layer \"it\"", "3x1"});
  expect_refused(one_layer("Pooling", "pooling_param { pool: STOCHASTIC kernel_size: 2 }"), {"layer \"it\"", "MAX or AVE", "STOCHASTIC"});
  expect_refused(one_layer("Pooling", "pooling_param { kernel_size: 2 stride: 8 }"), {"layer \"it\"", "begin inside the maps"});
  expect_refused(one_layer("Power", "power_param { power: 2 }"), {"layer \"it\"", "power of 1", "2"});
  expect_refused(one_layer("Softmax", ""), {"layer \"it\"", "scores", "1x3x8x8"});
  expect_refused(one_layer("Concat", "concat_param { axis: 0 }"), {"layer \"it\"", "axis 1", "axis 0"});
  expect_refused(one_layer("Reshape", "reshape_param { shape { dim: 0 dim: 5 dim: -1 } }"), {"layer \"it\"", "192 elements", "0x5x-1"});
  expect_refused(one_layer("Eltwise", "eltwise_param { operation: MAX }"), {"layer \"it\"", "SUM or PROD", "MAX"});
  expect_refused(one_layer("Slice", "top: 'other' slice_param { slice_point: 3 }"), {"layer \"it\"", "slice_points below 3"});
}

TEST(CaffeRefusals, NetworksWithoutAnInputOrLayers) {
  expect_refused("name: 'solver'", {"net.prototxt", "expected layers, found none"});
  expect_refused("layer { name: 'a' type: 'ReLU' bottom: 'x' top: 'a' }", {"layer \"a\" (ReLU)", "a layer before it gives", "\"x\""});
  expect_refused("layer { name: 'data' type: 'Data' top: 'data' } layer { name: 'a' type: 'ReLU' bottom: 'data' top: 'a' }",
                 {"input \"data\"", "size", "--size"});
  expect_refused(
      "input: 'a' input: 'b' input_shape { dim: 1 dim: 3 dim: 4 dim: 4 } input_shape { dim: 1 dim: 3 dim: 4 dim: 4 }"
      "layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }",
      {"one input", "\"a\" and \"b\""});
  expect_refused(
      "input: 'data' input_dim: 1 input_dim: 3 input_dim: 2000000000 input_dim: 2000000000 "
      "layer { name: 'a' type: 'ReLU' bottom: 'data' top: 'a' }",
      {"net.prototxt", "images of 1 to"});
  expect_refused("layers { layer { name: 'old' type: 'conv' } }", {"first months", "upgrade_net_proto_text"});
}

TEST(CaffeRefusals, WeightsThatAreMissingOrOfAnotherShape) {
  const std::string conv = one_layer("Convolution", "convolution_param { num_output: 4 kernel_size: 3 }");
  expect_refused(conv, {"layer \"it\" (Convolution)", "weights of 4x3x3x3", "blob 0", "found 0 blobs"});
  expect_refused(conv, {"layer \"it\"", "weights of 4x3x3x3", "found 4x3x5x5"}, WeightsWriter().layer("it").blob({4, 3, 5, 5}, 300));
  expect_refused(conv, {"layer \"it\"", "weights of 4", "blob 1", "found 1 blobs"}, WeightsWriter().layer("it").blob({4, 3, 3, 3}, 108));
  expect_refused(conv, {"layer \"it\"", "4x3x3x3 numbers", "found 7"}, WeightsWriter().layer("it").blob({4, 3, 3, 3}, 7));
  expect_refused(conv, {"layer \"it\"", "finite weights"}, WeightsWriter().layer("it").blob({4, 3, 3, 3}, 108, INFINITY));
  // Sizes that no file carries are refused before memory is taken for them.
  expect_refused(one_layer("InnerProduct", "inner_product_param { num_output: 1000000 }"), {"layer \"it\"", "found 0 blobs"});
}

TEST(CaffeRefusals, EveryBeginningOfWeightsIsAnError) {
  for (const char* name : {"caffenet", "squeezenet", "digits"}) {
    const std::string whole = file_text(caffe_fixture(std::string(name) + ".caffemodel"));
    const std::string text = name == std::string("digits") ? "" : file_text(caffe_fixture(std::string(name) + ".prototxt"));
    ASSERT_FALSE(whole.empty());
    const std::size_t step = whole.size() / 300 + 1;
    for (std::size_t size = 0; size < whole.size(); size += step) {
      const std::string bytes = whole.substr(0, size);
      // What comes behind the last layer with weights can be missing from a file of weights.
      if (size + 200 > whole.size() && !text.empty()) break;
      EXPECT_THROW((void)import_caffe(text, bytes_of(bytes), "cut.caffemodel"), Error) << name << size;
    }
  }
}

TEST(CaffeRefusals, FlippedBytesNeverCrash) {
  const std::string whole = file_text(caffe_fixture("digits.caffemodel"));
  for (std::size_t at = 0; at < whole.size(); at += 2) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0xFF);
    try {
      (void)import_caffe("", bytes_of(bytes), "flipped.caffemodel");
    } catch (const Error&) {
    }
  }
}

class CaffeFilesTest : public TemporaryFolder {};

TEST_F(CaffeFilesTest, AreFoundBesideEachOther) {
  write_file(path("net.prototxt"), std::string_view("name: 'net'"));
  expect_error([&] { (void)load_any_model(path("net.prototxt")); },
               {"net.prototxt", "expected its weights", "net.caffemodel", "found none"});
  expect_error([&] { (void)load_any_model(path("none.caffemodel")); }, {"none.caffemodel"});
  write_file(path("net.caffemodel"), std::string_view("\x0a\x05hello"));
  expect_error([&] { (void)load_any_model(path("net.prototxt")); }, {"net.caffemodel", "Caffe's weights", "no layers"});
  EXPECT_EQ(find_caffe_files(path("net.caffemodel")).network, path("net.prototxt"));
  EXPECT_EQ(find_caffe_files(path("a.prototxt"), path("b.caffemodel")).weights, path("b.caffemodel"));
  EXPECT_EQ(find_caffe_files(path("b.caffemodel"), path("a.prototxt")).network, path("a.prototxt"));
  expect_error([&] { (void)find_caffe_files(path("a.prototxt"), path("b.onnx")); }, {"b.onnx", ".prototxt or .caffemodel"});
  expect_error([&] { (void)load_any_model(path("a.onnx"), {.weights = path("b.caffemodel")}); }, {"two files", "a.onnx"});
}

TEST_F(CaffeFilesTest, MeansAreThoseOfTheChannels) {
  Tensor image({1, 3, 2, 2});
  for (std::size_t i = 0; i < image.size(); ++i) image.values()[i] = static_cast<float>(i);
  write_file(path("mean.npy"), encode_npy(image));
  const std::array<float, 3> expected{1.5F, 5.5F, 9.5F};
  EXPECT_EQ(read_mean(path("mean.npy")), expected);
  write_file(path("row.npy"), encode_npy(std::array{3}, std::array{1.0F, 2.0F, 3.0F}));
  EXPECT_EQ(read_mean(path("row.npy")), (std::array<float, 3>{1, 2, 3}));
  std::string bytes;
  protozero::pbf_writer blob(bytes);
  for (const auto& [tag, side] : {std::pair{1, 1}, {2, 3}, {3, 2}, {4, 2}}) blob.add_int32(static_cast<std::uint32_t>(tag), side);
  blob.add_packed_float(5, image.values().begin(), image.values().end());
  write_file(path("mean.binaryproto"), std::string_view(bytes));
  EXPECT_EQ(read_mean(path("mean.binaryproto")), expected);
  write_file(path("cut.binaryproto"), std::string_view(bytes).substr(0, bytes.size() - 1));
  expect_error([&] { (void)read_mean(path("cut.binaryproto")); }, {"cut.binaryproto", "cut short"});
  write_file(path("two.npy"), encode_npy(Tensor({1, 2, 2, 2})));
  expect_error([&] { (void)read_mean(path("two.npy")); }, {"two.npy", "1 or 3 channels"});
}

}  // namespace
}  // namespace zf::testing
