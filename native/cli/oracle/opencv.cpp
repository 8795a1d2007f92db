#include <algorithm>
#include <opencv2/dnn.hpp>

#include "core/tensor/error.h"
#include "native/cli/oracle/oracle.h"

namespace zf::cli {

namespace {

/// OpenCV's name of a node; empty where it has merged it with another.
std::string layer_of(const std::vector<cv::String>& layers, const std::string& node) {
  for (const std::string& name : {node, "onnx_node!" + node}) {
    if (!node.empty() && std::find(layers.begin(), layers.end(), name) != layers.end()) return name;
  }
  return "";
}

std::vector<float> values_of(const cv::Mat& blob) {
  const cv::Mat whole = blob.isContinuous() ? blob : blob.clone();
  return {whole.ptr<float>(), whole.ptr<float>() + whole.total()};
}

}  // namespace

bool has_oracle() { return true; }

OracleOutputs run_oracle(const std::string& path, const std::string& weights, const Tensor& input, const std::vector<std::string>& nodes) {
  try {
    cv::dnn::Net net = weights.empty() ? cv::dnn::readNetFromONNX(path) : cv::dnn::readNetFromCaffe(path, weights);
    net.enableFusion(false);
    const Shape& shape = input.shape();
    const cv::Mat blob(std::vector<int>{shape.n, shape.c, shape.h, shape.w}, CV_32F, const_cast<float*>(input.data()));
    const std::vector<cv::String> layers = net.getLayerNames();
    OracleOutputs outputs;
    net.setInput(blob);
    outputs.scores = values_of(net.forward());
    for (const std::string& node : nodes) {
      const std::string layer = layer_of(layers, node);
      outputs.of_nodes.emplace_back();
      if (layer.empty()) continue;
      net.setInput(blob);
      outputs.of_nodes.back() = values_of(net.forward(layer));
    }
    return outputs;
  } catch (const cv::Exception& error) {
    fail("{}: OpenCV cannot run it: {}", path, error.err);
  }
}

}  // namespace zf::cli
