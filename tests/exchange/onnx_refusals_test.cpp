// Files that are damaged, hostile, or say what our layers cannot.
#include <gtest/gtest.h>

#include "core/exchange/import.h"
#include "core/exchange/refused_node.h"
#include "tests/exchange/testing.h"

namespace zf::testing {
namespace {

/// A network x -> node -> y of maps (1, 3, 8, 8).
OnnxWriter around() {
  OnnxWriter writer;
  writer.input("x", {1, 3, 8, 8}).output("y");
  return writer;
}

void expect_refused(OnnxWriter& writer, std::initializer_list<std::string_view> parts, std::int64_t opset = 13) {
  const std::string bytes = writer.file(opset);
  expect_error([&] { (void)import_onnx_network(bytes_of(bytes), "net.onnx"); }, parts);
}

TEST(OnnxRefusals, EveryBeginningOfAFileIsAnErrorOrANetwork) {
  for (const char* name : {"scales.onnx", "alex_11.onnx"}) {
    const std::string whole = file_text(fixture(name));
    ASSERT_FALSE(whole.empty());
    const std::size_t step = whole.size() / 700 + 1;
    for (std::size_t size = 0; size < whole.size(); size += step) {
      const std::string bytes = whole.substr(0, size);
      EXPECT_THROW((void)import_onnx_network(bytes_of(bytes), "cut.onnx"), Error) << size;
    }
  }
}

TEST(OnnxRefusals, FlippedBytesNeverCrash) {
  const std::string whole = file_text(fixture("scales.onnx"));
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0xFF);
    try {
      (void)import_onnx_network(bytes_of(bytes), "flipped.onnx", {.max_folded = std::size_t{1} << 16});
    } catch (const Error&) {
    }
  }
}

TEST(OnnxRefusals, WhatIsNoModel) {
  expect_error([] { (void)import_onnx_network(bytes_of(std::string()), "empty.onnx"); }, {"empty.onnx", "ONNX model", "no graph"});
  expect_error([] { (void)import_onnx_network(bytes_of(std::string("hello, world")), "text.onnx"); }, {"text.onnx", "ONNX model"});
}

TEST(OnnxRefusals, OpsetsOutOfRange) {
  OnnxWriter file = around();
  file.node("Relu", {"x"}, {"y"});
  expect_refused(file, {"net.onnx", "opset 6 to 20", "found 5"}, 5);
  expect_refused(file, {"found 21", "opset_version=17"}, 21);
}

TEST(OnnxRefusals, OperatorsThatLayersCannotSay) {
  for (const char* op : {"LSTM", "Resize", "LayerNormalization", "ConvTranspose", "Attention", "Einsum"}) {
    OnnxWriter file = around();
    file.node(op, {"x"}, {"y"});
    expect_refused(file, {"net.onnx", std::string("the ") + op, "BatchNormalization, ", "Unsqueeze", std::string("found ") + op});
  }
}

TEST(OnnxRefusals, StridesAndPoolsThatAreNotSquare) {
  OnnxWriter conv = around();
  conv.floats("w", {2, 3, 1, 7}, std::vector<float>(42, 1)).node("Conv", {"x", "w"}, {"y"}, {{"strides", {1, 2}}});
  expect_refused(conv, {"the Conv", "alike along both axes", "(1, 2)"});
  OnnxWriter pool = around();
  pool.node("MaxPool", {"x"}, {"y"}, {{"kernel_shape", {1, 3}}});
  expect_refused(pool, {"the MaxPool", "alike along both axes", "(1, 3)"});
}

TEST(OnnxRefusals, NamesTheNodeAndKeepsTheLayersBeforeIt) {
  OnnxWriter file = around();
  file.floats("w", {4, 3, 1, 1}, std::vector<float>(12, 1)).node("Conv", {"x", "w"}, {"a"}).node("Relu", {"a"}, {"b"});
  file.node("GroupNormalization", {"b"}, {"c"}).node("Relu", {"c"}, {"y"});
  const std::string bytes = file.file();
  try {
    (void)import_onnx_network(bytes_of(bytes), "net.onnx");
    FAIL() << "imported";
  } catch (const RefusedNode& refused) {
    EXPECT_EQ(refused.node(), "the GroupNormalization");
    EXPECT_EQ(refused.op(), "GroupNormalization");
    EXPECT_EQ(refused.input(), (Shape{1, 3, 8, 8}));
    ASSERT_EQ(refused.before().size(), 2U);
    EXPECT_EQ(refused.before()[0].type, "conv");
    EXPECT_EQ(refused.before()[0].shape, (Shape{1, 4, 8, 8}));
    EXPECT_EQ(refused.before()[0].parameters, 12);
    EXPECT_EQ(std::string(refused.what()).rfind("net.onnx: node ", 0), 0U) << refused.what();
  }
}

TEST(OnnxRefusals, CirclesAndMissingValues) {
  OnnxWriter circle = around();
  circle.node("Add", {"x", "b"}, {"a"}).node("Relu", {"a"}, {"b"}).node("Relu", {"b"}, {"y"});
  expect_refused(circle, {"circle", "the Add"});
  OnnxWriter missing = around();
  missing.node("Add", {"x", "nowhere"}, {"y"});
  expect_refused(missing, {"the Add", "\"nowhere\"", "found none"});
  OnnxWriter twice = around();
  twice.node("Relu", {"x"}, {"y"}).node("Tanh", {"x"}, {"y"});
  expect_refused(twice, {"two values \"y\""});
}

TEST(OnnxRefusals, SeveralInputsAndOpenSizes) {
  OnnxWriter two = around();
  two.input("z", {1, 3, 8, 8}).node("Add", {"x", "z"}, {"y"});
  expect_refused(two, {"one input", "found 2", "x, z"});
  OnnxWriter open;
  open.input("x", {-1, 3, -1, -1}).output("y").node("GlobalAveragePool", {"x"}, {"y"});
  expect_refused(open, {"input \"x\"", "--size"});
  const std::string bytes = open.file();
  EXPECT_EQ(import_onnx_network(bytes_of(bytes), "net.onnx", {.size = 9}).network.input, (Shape{1, 3, 9, 9}));
}

TEST(OnnxRefusals, SizesThatNobodyHas) {
  OnnxWriter huge = around();
  huge.whole("shape", {2}, {std::int64_t{1} << 40, std::int64_t{1} << 40})
      .node("ConstantOfShape", {"shape"}, {"c"})
      .node("Add", {"x", "c"}, {"y"});
  expect_refused(huge, {"net.onnx", "at most"});
  OnnxWriter few = around();
  few.floats("w", {1 << 14, 3, 1, 1}, {1, 2}).node("Conv", {"x", "w"}, {"y"});
  expect_refused(few, {"tensor \"w\"", "49152 values", "found 2"});
  OnnxWriter negative = around();
  negative.floats("w", {-4, 3, 1, 1}, {}).node("Conv", {"x", "w"}, {"y"});
  expect_refused(negative, {"net.onnx"});
}

TEST(OnnxRefusals, WhatLeavesTheImagesOut) {
  OnnxWriter constant = around();
  constant.floats("c", {1, 2}, {1, 2}).node("Identity", {"c"}, {"y"});
  expect_refused(constant, {"depends on the images"});
}

TEST(OnnxRefusals, WeightsThatFollowFromTheImages) {
  OnnxWriter file = around();
  file.node("Reshape", {"x", "shape"}, {"w"}).whole("shape", {4}, {8, 3, 2, 4}).node("Conv", {"x", "w"}, {"y"});
  expect_refused(file, {"the Conv", "depends on the images"});
}

TEST(OnnxRefusals, ASoftmaxInTheMiddle) {
  OnnxWriter file = around();
  file.node("GlobalAveragePool", {"x"}, {"p"})
      .node("Flatten", {"p"}, {"f"})
      .node("Softmax", {"f"}, {"s"}, {{"axis", {1}}})
      .node("Tanh", {"s"}, {"y"});
  expect_refused(file, {"softmax at the end"});
}

TEST(OnnxRefusals, ImagesOfOtherThanOneOrThreeChannels) {
  const auto file = [](int channels) {
    OnnxWriter writer;
    writer.input("x", {1, channels, 8, 12}).output("y").node("GlobalAveragePool", {"x"}, {"y"});
    return writer.file();
  };
  const std::string two = file(2);
  expect_error([&] { (void)import_onnx(bytes_of(two), "two.onnx"); }, {"two.onnx", "1 or 3 channels", "1x2x8x12"});
  const std::string one = file(1);
  const Model grey = import_onnx(bytes_of(one), "grey.onnx").model;
  EXPECT_EQ(grey.preprocess.order, "grey");
  EXPECT_EQ(grey.preprocess.crop, (Size{8, 12}));
  EXPECT_NEAR(grey.preprocess.mean[0], 0.449F, 1e-3F);
}

}  // namespace
}  // namespace zf::testing
