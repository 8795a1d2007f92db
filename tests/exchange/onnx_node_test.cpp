// ONNX's own tests of single operators, of Debian's libonnx-testdata: what we import must compute what they expect.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_graph.h"
#include "core/exchange/onnx_lower.h"
#include "core/exchange/onnx_patterns.h"
#include "tests/exchange/testing.h"

namespace zf::onnx {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = "/usr/share/libonnx-testdata/data/node";

/// Operators that work on each element alone, so that a row or a picture may count as maps.
bool is_pointwise(const std::string& op) {
  const std::set<std::string> names{"Relu", "LeakyRelu", "PRelu", "Clip", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish",
                                    "Neg",  "Identity",  "Add",   "Sub",  "Mul",     "Div",  "Sum"};
  return names.count(op) > 0;
}

/// One test: a graph of a node (or a few), inputs and what comes out.
struct Case {
  std::string name;
  std::string model;
  std::vector<std::string> inputs;
  std::string output;
};

std::vector<Case> cases() {
  std::vector<Case> found;
  if (!fs::exists(kFolder)) return found;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const fs::path data = entry.path() / "test_data_set_0";
    Case one{
        entry.path().filename().string(), testing::file_text(entry.path() / "model.onnx"), {}, testing::file_text(data / "output_0.pb")};
    for (int i = 0; fs::exists(data / fmt::format("input_{}.pb", i)); ++i)
      one.inputs.push_back(testing::file_text(data / fmt::format("input_{}.pb", i)));
    found.push_back(std::move(one));
  }
  std::sort(found.begin(), found.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
  return found;
}

/// Adds axes of one element in front, as maps have them.
void widen(Dims& dims) {
  while (dims.size() < 4) dims.insert(dims.begin(), 1);
}

/// Puts a layer before the node, which changes every sign, so that nodes that only move elements have one to move; `flat`: and makes rows
/// of its 1x1 maps.
void negate_first(FileMessage& file, bool flat) {
  const std::string name = file.graph.inputs.at(0).name;
  NodeMessage neg;
  neg.op = "Neg";
  neg.inputs = {"images"};
  neg.outputs = {flat ? "negated" : name};
  NodeMessage flatten;
  flatten.op = "Flatten";
  flatten.inputs = neg.outputs;
  flatten.outputs = {name};
  file.graph.inputs.at(0).name = "images";
  if (flat) file.graph.nodes.insert(file.graph.nodes.begin(), flatten);
  file.graph.nodes.insert(file.graph.nodes.begin(), neg);
}

/// The file with every input but the first as a constant.
FileMessage with_constants(const Case& one, std::vector<TensorMessage>& tensors) {
  FileMessage file = read_onnx(testing::bytes_of(one.model), one.name, {});
  for (std::size_t i = 0; i < one.inputs.size(); ++i) {
    TensorMessage tensor = read_onnx_tensor(testing::bytes_of(one.inputs[i]), one.name);
    tensor.name = file.graph.inputs.at(i).name;
    tensors.push_back(tensor);
    if (i > 0) file.graph.initializers.push_back(std::move(tensor));
  }
  return file;
}

/// "" where all is well, else what differs. Throws where it is refused.
std::string differs(const Case& one, Backend& backend) {
  std::vector<TensorMessage> tensors;
  FileMessage file = with_constants(one, tensors);
  Array x = decode(tensors.at(0), {});
  const bool widens = x.dims.size() < 4 && std::all_of(file.graph.nodes.begin(), file.graph.nodes.end(),
                                                       [](const NodeMessage& node) { return is_pointwise(node.op); });
  if (widens) widen(x.dims);
  const bool flat = x.dims.size() == 2;
  if (flat) x.dims.insert(x.dims.end(), {1, 1});
  file.graph.inputs.at(0).dims = x.dims;
  // The oldest tests say opset 1; what they test has not changed.
  file.opset = std::max<std::int64_t>(file.opset, 6);
  negate_first(file, flat);
  for (float& value : x.floats) value = -value;
  Graph graph = build_graph(file, {});
  join_patterns(graph);
  NetworkParts parts = lower(graph);
  simplify(parts);
  const Shape& input = parts.network.input;
  const auto items = static_cast<int>(x.size() / input.item());
  const Tensor images({items, input.c, input.h, input.w}, x.values());
  Tensor found = testing::output_of(backend, parts, images);
  // A LogSoftmax is our softmax.
  if (file.graph.nodes.back().op == "LogSoftmax") {
    for (float& value : found.values()) value = std::log(value);
  }
  const Array expected = decode(read_onnx_tensor(testing::bytes_of(one.output), one.name), {});
  const double error = testing::relative_error(found.values(), expected.values());
  const double tolerance = one.name.find("FLOAT16") == std::string::npos ? 1e-5 : 1e-3;  // halves are rounded; we stay with floats
  return error < tolerance ? "" : fmt::format("{}: error {}", one.name, error);
}

TEST(OnnxNodes, ComputeWhatOnnxExpects) {
  const std::vector<Case> all = cases();
  if (all.empty()) GTEST_SKIP() << "no " << kFolder << ": Debian's libonnx-testdata is not installed";
  const auto backend = make_reference_backend();
  const auto names = supported_operators();
  const std::set<std::string_view> supported(names.begin(), names.end());
  std::set<std::string> passed;
  std::map<std::string, std::string> refused;
  for (const Case& one : all) {
    const FileMessage file = read_onnx(testing::bytes_of(one.model), one.name, {});
    const auto known = [&](const NodeMessage& node) { return supported.count(node.op) > 0; };
    if (!std::all_of(file.graph.nodes.begin(), file.graph.nodes.end(), known) || one.inputs.empty()) continue;
    // Photos are floats, and not empty.
    const std::int32_t type = file.graph.inputs.empty() ? 0 : file.graph.inputs.front().type;
    if (type != 1 && type != 10 && type != 11) continue;
    try {
      const std::string difference = differs(one, *backend);
      EXPECT_EQ(difference, "");
      passed.insert(one.name);
    } catch (const Error& error) {
      refused.emplace(one.name, one.name + ": " + error.what());
    }
  }
  for (const auto& [name, why] : refused) std::printf("refused %s\n", why.c_str());
  std::printf("%zu computed, %zu refused\n", passed.size(), refused.size());
  for (const char* name : {"test_relu", "test_basic_conv_with_padding", "test_batchnorm_epsilon", "test_conv_with_strides_padding",
                           "test_averagepool_2d_pads_count_include_pad", "test_globalaveragepool", "test_lrn", "test_maxpool_2d_ceil",
                           "test_hardswish", "test_flatten_axis1", "test_gemm_transposeB", "test_gather_1", "test_globalmaxpool"}) {
    EXPECT_EQ(passed.count(name), 1U) << name << ": " << refused[name];
  }
}

}  // namespace
}  // namespace zf::onnx
