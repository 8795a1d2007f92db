// Our models as ONNX files: what comes back when we open them.
#include "core/exchange/export_onnx.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/exchange/import.h"
#include "core/nn/zoo.h"
#include "tests/exchange/exported.h"
#include "tests/exchange/random_graph.h"
#include "tests/io/testing.h"
#include "tests/nn/fixture.h"

namespace zf::testing {
namespace {

/// The outputs of all layers by name.
std::map<std::string, Tensor> outputs_of(Backend& backend, const Model& model, const Tensor& images) {
  const Net net(backend, model.network, model.parameters);
  DeviceTensor x;
  Trace trace;
  backend.upload(images, x);
  net.forward(x, trace);
  std::map<std::string, Tensor> outputs;
  for (int i = 0; i < static_cast<int>(model.network.layers.size()); ++i) {
    // What a ReLU has been done to in place is the ReLU's output.
    if (!net.rectified(i)) outputs.emplace(model.network.layers[static_cast<std::size_t>(i)].name, backend.download(trace.output(i)));
  }
  return outputs;
}

class ExportOnnx : public TemporaryFolder {
 protected:
  /// Exports, imports and compares everything.
  void expect_same(const Model& model) {
    const ExportedOnnx written = export_onnx(path("net.onnx"), model);
    EXPECT_EQ(written.bytes, std::filesystem::file_size(path("net.onnx")));
    const Model found = import_onnx(path("net.onnx")).model;
    EXPECT_EQ(found.classes, model.classes);
    EXPECT_EQ(found.preprocess, model.preprocess);
    EXPECT_EQ(found.known, model.known);
    EXPECT_EQ(found.metadata, model.metadata);
    Shape batch = model.network.input;
    batch.n = 2;
    const Tensor images = random_tensor(batch, 7);
    const auto expected = outputs_of(*backend_, model, images);
    const auto outputs = outputs_of(*backend_, found, images);
    for (const Layer& layer : model.network.layers) {
      // Dropout does nothing, and other programs' files have no such layers here.
      if (std::holds_alternative<DropoutLayer>(layer.op) || expected.count(layer.name) == 0) continue;
      const auto at = outputs.find(layer.name);
      ASSERT_NE(at, outputs.end()) << layer.name << " " << type_name(layer.op);
      const auto a = at->second.values();
      const auto b = expected.at(layer.name).values();
      EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end())) << layer.name << " " << relative_error(a, b);
    }
  }

  std::unique_ptr<Backend> backend_ = make_backend("cpu");
};

TEST_F(ExportOnnx, KeepsEveryLayerOfTheFixtures) {
  for (const Network& network : {small_zfnet(), small_mixed(), small_graph()}) {
    SCOPED_TRACE(network.name);
    expect_same(random_model(network, 1));
  }
}

TEST_F(ExportOnnx, KeepsRandomNetworks) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    expect_same(random_model(RandomGraph(seed).draw(), seed));
  }
}

TEST_F(ExportOnnx, WhatIsAskedForGoesBeforeWhatTheFileSays) {
  const Model model = random_model(small_graph(), 1);
  (void)export_onnx(path("net.onnx"), model);
  ImportOptions options;
  options.preprocess.preset = "unit";
  options.classes = {"a", "b", "c", "d", "e"};
  const Model found = import_onnx(path("net.onnx"), options).model;
  EXPECT_EQ(found.classes, options.classes);
  EXPECT_EQ(found.preprocess.order, "rgb");
  // Where the network ends elsewhere, the file's classes are not its.
  options = {};
  options.output = "add6";
  expect_error([&] { (void)import_onnx(path("net.onnx"), options); }, {"a score a class", "maps"});
  options.output = "fc7";
  EXPECT_EQ(import_onnx(path("net.onnx"), options).model.classes.size(), 9U);
}

TEST_F(ExportOnnx, RefusesWhatAFileCannotHold) {
  const Model model = random_model(small_mixed(), 1);
  expect_error([&] { (void)export_onnx(path("net.onnx"), model, 1000); }, {"net.onnx", "at most 1000 bytes", "found "});
  EXPECT_EQ(file_count(), 0U);
  Model incomplete = model;
  incomplete.parameters.erase("conv2.bias");
  expect_error([&] { (void)export_onnx(path("net.onnx"), incomplete); }, {"12 values", "\"conv2.bias\"", "found 0"});
}

}  // namespace
}  // namespace zf::testing
