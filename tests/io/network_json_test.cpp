#include "core/io/network_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/nn/zoo.h"
#include "tests/io/testing.h"
#include "tests/nn/fixture.h"

namespace zf {
namespace {

using nlohmann::json;
using testing::expect_error;

/// Every type of layer, with values that are not the defaults.
Network every_type() {
  Network network;
  network.name = "all";
  network.input = {1, 3, 32, 32};
  network.layers = {{"conv1", ConvLayer{8, 5, 2, 1, 1}},
                    {"relu1", ReluLayer{}},
                    {"pool1", MaxPoolLayer{{3, 2, 1, true}}},
                    {"norm1", LrnLayer{{3, 5e-4F, 0.6F, 1.5F}}},
                    {"conv2", ConvLayer{4, 3, 1, 1, 2}},
                    {"fc3", LinearLayer{6}},
                    {"drop3", DropoutLayer{0.3F}},
                    {"prob", SoftmaxLayer{}}};
  return network;
}

Description description() {
  Description d;
  d.network = every_type();
  d.classes = {"a", "b", "c", "d", "é", "f"};
  d.preprocess.resize = 40;
  d.preprocess.crop = {32, 32};
  d.preprocess.scale = 1.0F / 3;
  d.preprocess.mean = {0.1F, 123.68F, 1e-6F};
  d.preprocess.std = {0.3F, 58, 1};
  return d;
}

TEST(NetworkJson, RoundTripIsExact) {
  const Description d = description();
  EXPECT_EQ(parse_description(write_description(d), "m"), d);
  EXPECT_EQ(network_from_json(to_json(d.network), "m"), d.network);
  EXPECT_EQ(preprocess_from_json(to_json(d.preprocess), "m"), d.preprocess);
}

TEST(NetworkJson, GraphsRoundTripByName) {
  const Network network = testing::small_graph();
  const json value = to_json(network);
  EXPECT_EQ(network_from_json(value, "m"), network);
  const auto layer = [&](std::string_view name) {
    return *std::find_if(value["layers"].begin(), value["layers"].end(), [&](const json& l) { return l["name"] == name; });
  };
  EXPECT_EQ(layer("add2")["inputs"], json({"conv2b", "conv2c"}));
  EXPECT_FALSE(layer("relu2").contains("inputs"));
  EXPECT_EQ(layer("prelu3")["type"], "prelu");
  EXPECT_EQ(layer("conv3")["dilation"], 2);
  EXPECT_EQ(layer("conv1")["bias"], false);
}

TEST(NetworkJson, TheLayerBeforeNeedNotBeNamed) {
  const json value = json::parse(R"({"name": "n", "input": [3, 8, 8], "layers": [
    {"name": "c", "type": "conv", "maps": 3, "kernel": 1}, {"name": "r", "type": "relu", "inputs": ["c"]},
    {"name": "a", "type": "add", "inputs": ["r", "images"]}, {"name": "k", "type": "clip", "min": 0}]})");
  const Network network = network_from_json(value, "m");
  EXPECT_TRUE(network.layers[1].inputs.empty());
  EXPECT_EQ(network.layers[2].inputs, (std::vector<int>{1, kPicture}));
  EXPECT_EQ(std::get<ActivationLayer>(network.layers[3].op).spec.high, std::numeric_limits<float>::infinity());
  EXPECT_EQ(network_from_json(to_json(network), "m"), network);
}

TEST(NetworkJsonHostile, Inputs) {
  const auto read = [](const char* inputs) {
    return [inputs] {
      (void)network_from_json(json::parse(fmt::format(R"({{"name": "n", "input": [3, 8, 8], "layers": [
        {{"name": "c", "type": "conv", "maps": 3, "kernel": 1}}, {{"name": "a", "type": "add", "inputs": {}}}]}})",
                                                      inputs)),
                              "m");
    };
  };
  expect_error(read(R"(["d"])"), {"m", "layer 1", "names of layers before it", "\"d\""});
  expect_error(read(R"(["a"])"), {"names of layers before it", "\"a\""});
  expect_error(read("[]"), {"inputs"});
  expect_error(read("[0]"), {"names of layers before it", "\"0\""});
  expect_error(read(R"("c")"), {"inputs"});
  expect_error(read(R"(["images"])"), {"layer c", "a layer that reads it"});
}

TEST(NetworkJson, GreyAndOblongInputsRoundTrip) {
  Description d = description();
  d.network.input = {1, 1, 32, 48};
  d.preprocess.crop = {32, 48};
  d.preprocess.order = "grey";
  d.preprocess.mean = {117.5F};
  d.preprocess.std = {58, 1, 1};
  const std::string text = write_description(d);
  EXPECT_EQ(parse_description(text, "m"), d);
  EXPECT_NE(text.find("\"crop\":[32,48]"), std::string::npos) << text;
  EXPECT_NE(text.find("\"mean\":[117.5]"), std::string::npos) << text;
}

TEST(NetworkJson, WhatIsKnownIsOptional) {
  Description d = description();
  EXPECT_FALSE(json::parse(write_description(d)).contains("known"));
  d.known = KnownRule{6.052F};
  const json written = json::parse(write_description(d));
  EXPECT_EQ(written.at("known").dump(), R"({"score":"energy","threshold":6.052})");
  EXPECT_EQ(parse_description(written.dump(), "m"), d);
}

TEST(NetworkJson, FloatsPrintBriefly) {
  Network network = every_type();
  network.layers[3].op = LrnLayer{};
  const std::string text = to_json(network).dump();
  EXPECT_NE(text.find("\"alpha\":0.0001,\"beta\":0.75"), std::string::npos) << text;
}

TEST(NetworkJson, DefaultsFillWhatIsNotSaid) {
  const json value = json::parse(R"({"name": "n", "input": [3, 8, 8], "layers": [
    {"name": "c", "type": "conv", "maps": 2, "kernel": 3}, {"name": "p", "type": "max_pool", "kernel": 2, "stride": 2}, {"name": "l", "type": "lrn"}]})");
  const Network network = network_from_json(value, "m");
  EXPECT_EQ(std::get<ConvLayer>(network.layers[0].op), (ConvLayer{2, 3, 1, 0, 1}));
  EXPECT_EQ(std::get<MaxPoolLayer>(network.layers[1].op), (MaxPoolLayer{{2, 2, 0, false}}));
  EXPECT_EQ(std::get<LrnLayer>(network.layers[2].op), LrnLayer{});
}

/// Applies a JSON patch to the good description and expects an error that says each of `parts`.
void refuse(const std::string& patch, std::initializer_list<std::string_view> parts) {
  const json changed = json::parse(write_description(description())).patch(json::parse(patch));
  expect_error([&] { (void)parse_description(changed.dump(), "m.safetensors"); }, {"m.safetensors"});
  expect_error([&] { (void)parse_description(changed.dump(), "m.safetensors"); }, parts);
}

TEST(NetworkJsonHostile, Text) {
  const auto refuse_text = [](const std::string& text, std::string_view part) {
    expect_error([&] { (void)parse_description(text, "m"); }, {"m: ", part});
  };
  refuse_text("", "expected JSON");
  refuse_text("{\"name\": ", "expected JSON");
  refuse_text("[1]", "expected an object, found an array");
  refuse_text("null", "expected an object, found null");
  refuse_text("{}", "expected a field \"name\"");
  refuse_text(std::string(1'000'000, '['), "at most 4 levels");
  refuse_text("{\"name\": \"a\", \"name\": \"b\"}", "\"name\" twice");
}

TEST(NetworkJsonHostile, Fields) {
  refuse(R"([{"op": "remove", "path": "/input"}])", {"expected a field \"input\""});
  refuse(R"([{"op": "remove", "path": "/layers"}])", {"\"layers\""});
  refuse(R"([{"op": "remove", "path": "/classes"}])", {"\"classes\""});
  refuse(R"([{"op": "remove", "path": "/preprocess"}])", {"\"preprocess\""});
  refuse(R"([{"op": "add", "path": "/version", "value": 2}])",
         {"expected only the fields classes, input, layers, name, preprocess", "\"version\""});
  refuse(R"([{"op": "replace", "path": "/name", "value": 7}])", {"name: expected a string, found 7"});
  refuse(R"([{"op": "replace", "path": "/input", "value": [3, 32]}])", {"input"});
  refuse(R"([{"op": "replace", "path": "/input", "value": [3, 32, 1000000]}])", {"input", "16384"});
  refuse(R"([{"op": "replace", "path": "/input", "value": [3, 0, 32]}])", {"input"});
  refuse(R"([{"op": "replace", "path": "/input", "value": [3, 32.5, 32]}])", {"input", "whole numbers"});
  refuse(R"([{"op": "replace", "path": "/layers", "value": []}])", {"layers", "found 0"});
  refuse(R"([{"op": "replace", "path": "/layers", "value": {}}])", {"layers: expected an array"});
  refuse(R"([{"op": "replace", "path": "/classes", "value": ["a"]}])", {"class for each of the 6 logits, found 1"});
  refuse(R"([{"op": "replace", "path": "/classes/0", "value": 1}])", {"classes", "strings"});
  refuse(R"([{"op": "replace", "path": "/preprocess", "value": 1}])", {"preprocess: expected an object"});
  refuse(R"([{"op": "add", "path": "/known", "value": 1}])", {"known: expected an object"});
  refuse(R"([{"op": "add", "path": "/known", "value": {"score": "energy"}}])", {"known", "\"threshold\""});
  refuse(R"([{"op": "add", "path": "/known", "value": {"score": "energy", "threshold": "6"}}])", {"threshold", "number"});
  refuse(R"([{"op": "add", "path": "/known", "value": {"score": "guess", "threshold": 6}}])", {"\"energy\"", "\"guess\""});
  refuse(R"([{"op": "add", "path": "/known", "value": {"score": "energy", "threshold": 6, "age": 1}}])", {"known", "\"age\""});
}

TEST(NetworkJsonHostile, Layers) {
  refuse(R"([{"op": "replace", "path": "/layers/0", "value": 3}])", {"layer 0", "expected an object, found 3"});
  refuse(R"([{"op": "replace", "path": "/layers/1/type", "value": "lstm"}])",
         {"layer 1 (relu1)", "conv, linear, affine, relu", "max_pool, avg_pool", "flatten", "\"lstm\""});
  refuse(R"([{"op": "remove", "path": "/layers/1/type"}])", {"layer 1", "\"type\""});
  refuse(R"([{"op": "add", "path": "/layers/0/padding", "value": 2}])", {"layer 0", "groups, kernel, maps", "\"padding\""});
  refuse(R"([{"op": "remove", "path": "/layers/0/maps"}])", {"layer 0", "\"maps\""});
  refuse(R"([{"op": "replace", "path": "/layers/0/maps", "value": "8"}])", {"maps: expected a whole number", "\"8\""});
  refuse(R"([{"op": "replace", "path": "/layers/0/maps", "value": 8.5}])", {"maps", "8.5"});
  refuse(R"([{"op": "replace", "path": "/layers/0/maps", "value": 0}])", {"maps", "found 0"});
  refuse(R"([{"op": "replace", "path": "/layers/0/maps", "value": -1}])", {"maps", "found -1"});
  refuse(R"([{"op": "replace", "path": "/layers/0/maps", "value": 4294967297}])", {"maps", "4294967297"});
  refuse(R"([{"op": "replace", "path": "/layers/0/maps", "value": 18446744073709551615}])", {"maps", "18446744073709551615"});
  refuse(R"([{"op": "replace", "path": "/layers/0/pad", "value": 2000000000}])", {"pad"});
  refuse(R"([{"op": "replace", "path": "/layers/0/kernel", "value": 100}])", {"conv1"});
  refuse(R"([{"op": "replace", "path": "/layers/4/groups", "value": 3}])", {"conv2", "groups"});
  refuse(R"([{"op": "replace", "path": "/layers/2/ceil", "value": 1}])", {"ceil: expected true or false"});
  refuse(R"([{"op": "replace", "path": "/layers/2/pad", "value": 3}])", {"pool1"});
  refuse(R"([{"op": "replace", "path": "/layers/3/alpha", "value": "big"}])", {"alpha: expected a number"});
  refuse(R"([{"op": "replace", "path": "/layers/3/alpha", "value": 1e300}])", {"alpha: expected a number"});
  refuse(R"([{"op": "replace", "path": "/layers/6/p", "value": 1.0}])", {"drop3"});
  refuse(R"([{"op": "replace", "path": "/layers/5/units", "value": 1000000000}])", {"units"});
  refuse(R"([{"op": "replace", "path": "/layers/1/name", "value": "conv1"}])", {"conv1 twice"});
}

TEST(NetworkJsonHostile, LayerNamesCannotLeaveAFolder) {
  for (const char* name : {"", "../up", ".hidden", "a/b", "a b", "tab\\t"}) {
    refuse(std::string(R"([{"op": "replace", "path": "/layers/0/name", "value": ")") + name + "\"}]", {"layer 0", "expected a name"});
  }
  refuse(R"([{"op": "replace", "path": "/layers/0/name", "value": ")" + std::string(65, 'a') + "\"}]", {"1 to 64"});
}

TEST(NetworkJsonHostile, Preprocessing) {
  refuse(R"([{"op": "remove", "path": "/preprocess/mean"}])", {"preprocess", "\"mean\""});
  refuse(R"([{"op": "replace", "path": "/preprocess/mean", "value": [1, 2]}])", {"mean", "found 2"});
  refuse(R"([{"op": "replace", "path": "/preprocess/mean", "value": [1, 2, "3"]}])", {"mean: expected three numbers"});
  refuse(R"([{"op": "replace", "path": "/preprocess/std", "value": [1, 2, 1e100]}])", {"std"});
  refuse(R"([{"op": "replace", "path": "/preprocess/std", "value": [1, 0, 1]}])", {"std above 0"});
  refuse(R"([{"op": "replace", "path": "/preprocess/order", "value": "rbg"}])", {"\"rbg\""});
  refuse(R"([{"op": "replace", "path": "/preprocess/crop", "value": 16}])", {"input", "1x3x16x16"});
  refuse(R"([{"op": "replace", "path": "/preprocess/resize", "value": 16}])", {"crop <= resize"});
}

TEST(NetworkJson, WritingRefusesTextThatIsNotUtf8) {
  Description d = description();
  d.classes[0] = "\xFF";
  expect_error([&] { (void)write_description(d); }, {"UTF-8"});
}

}  // namespace
}  // namespace zf
