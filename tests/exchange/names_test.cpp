// Names of layers and classes, presets, kinds of files.
#include <gtest/gtest.h>

#include <set>

#include "core/exchange/class_names.h"
#include "core/exchange/import.h"
#include "core/exchange/layer_names.h"
#include "core/io/atomic_file.h"
#include "tests/expect_error.h"
#include "tests/io/testing.h"

namespace zf::testing {
namespace {

TEST(LayerNames, SayWhatTheFileSays) {
  LayerNames names;
  EXPECT_EQ(names.name(ConvLayer{}, "features.0.weight", "Conv_0", "Conv"), "features.0");
  EXPECT_EQ(names.name(ReluLayer{}, "", "/layer1/layer1.0/relu/Relu", "Relu"), "layer1.0.relu");
  EXPECT_EQ(names.name(ConvLayer{}, "onnx::Conv_497", "/layer1/layer1.0/conv1/Conv", "Conv"), "layer1.0.conv1");
  EXPECT_EQ(names.name(AddLayer{}, "", "/layer1/layer1.0/Add", "Add"), "layer1.0.add");
  EXPECT_EQ(names.name(AddLayer{}, "", "/layer1/layer1.0/Add", "Add"), "layer1.0.add_2");
  EXPECT_EQ(names.name(ConvLayer{}, "497", "Conv_12", "Conv"), "conv1");
  EXPECT_EQ(names.name(ConvLayer{}, "gpu_0/conv1_w_0", "", "Conv"), "conv1_2");
  EXPECT_EQ(names.name(ConvLayer{}, "", "StatefulPartitionedCall/resnet50/conv2_block1_1_conv/Conv2D", "Conv"),
            "resnet50.conv2_block1_1_conv");
  EXPECT_EQ(names.name(SoftmaxLayer{}, "", "/softmax/Softmax", "Softmax"), "prob");
  EXPECT_EQ(names.name(LinearLayer{}, "logits.weight", "", "Gemm"), "logits_");
}

TEST(LayerNames, ArePlainAndShort) {
  LayerNames names;
  const std::string long_name = names.name(ConvLayer{}, "", std::string(200, 'a') + "/b c\xC3\xA9:0", "Conv");
  EXPECT_LE(long_name.size(), 64U);
  EXPECT_TRUE(long_name.ends_with("b_c__.0")) << long_name;
  EXPECT_EQ(names.name(ConvLayer{}, "", "///...", "Conv"), "conv1");
}

TEST(ClassNames, OfImagenetAreDifferent) {
  const auto names = imagenet_classes();
  EXPECT_EQ(names.size(), 1000U);
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), 1000U);
  EXPECT_EQ(names[0], "tench");
  EXPECT_EQ(default_classes(1000)[999], std::string(names[999]));
  EXPECT_EQ(default_classes(1001)[1], "tench");
  EXPECT_EQ(default_classes(3), (std::vector<std::string>{"class 0", "class 1", "class 2"}));
}

TEST(ClassNames, AreReadALineEach) {
  EXPECT_EQ(parse_classes("a\r\nb c\n", "names.txt"), (std::vector<std::string>{"a", "b c"}));
  expect_error([] { (void)parse_classes("a\n\nb\n", "names.txt"); }, {"names.txt", "line 2"});
  expect_error([] { (void)parse_classes("", "names.txt"); }, {"names.txt"});
}

TEST(Presets, AreChangedByChoices) {
  PreprocessChoice choice;
  choice.order = "bgr";
  choice.std = {2, 2, 2};
  const Preprocess made = make_preprocess(find_preset("unit"), choice, {1, 3, 112, 112});
  EXPECT_EQ(made, (Preprocess{128, {112, 112}, "bgr", 1.0F / 255, {0, 0, 0}, {2, 2, 2}}));
  EXPECT_EQ(make_preprocess(find_preset("unit"), {}, {1, 3, 227, 227}).resize, 256);
  expect_error([] { (void)find_preset("other"); }, {"imagenet-torch", "caffe-bgr", "\"other\""});
}

class AnyModel : public TemporaryFolder {};

TEST_F(AnyModel, SaysWhatForeignFilesAre) {
  const struct {
    const char* name;
    std::string bytes;
    const char* said;
  } files[] = {{"net.pt", std::string("PK\x03\x04", 4), "PyTorch"},
               {"net.pth", std::string("\x80\x02}", 3), "torch.onnx.export"},
               {"net.bin", std::string("PK\x03\x04", 4), "safetensors.torch.save_file(weights, \"model.safetensors\")"},
               {"net.h5", "\x89HDF\r\n", "Keras"},
               {"net.tflite", std::string("\x1c\0\0\0TFL3", 8), "tf2onnx"},
               {"net.pb", "\x0a\x10", "TensorFlow"}};
  for (const auto& file : files) {
    write_file(path(file.name), std::string_view(file.bytes));
    EXPECT_TRUE(is_model_path(path(file.name)));
    expect_error([&] { (void)load_any_model(path(file.name)); }, {file.name, ".onnx", file.said});
  }
  EXPECT_FALSE(is_model_path("photo.jpg"));
  write_file(path("other.bin"), std::string_view("of something else"));
  expect_error([&] { (void)load_any_model(path("other.bin")); }, {"other.bin", "expected a safetensors header"});
}

}  // namespace
}  // namespace zf::testing
