// Networks of Caffe (tests/fixtures/make_caffe_fixtures.py) against cv::dnn, which reads the same files by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/dnn.hpp>

#include "core/exchange/import.h"
#include "tests/exchange/testing.h"

namespace zf::testing {
namespace {

std::filesystem::path caffe_fixture(const std::string& name) { return std::filesystem::path(ZF_FIXTURES) / "caffe" / name; }

/// The output of one of OpenCV's layers.
std::vector<float> values_of(cv::dnn::Net& net, const cv::Mat& blob, const std::string& layer) {
  net.setInput(blob);
  const cv::Mat out = net.forward(layer);
  const cv::Mat whole = out.isContinuous() ? out : out.clone();
  return {whole.ptr<float>(), whole.ptr<float>() + whole.total()};
}

class CaffeFixtures : public ::testing::TestWithParam<const char*> {};

TEST_P(CaffeFixtures, ComputeTheSameInEveryLayer) {
  const std::string name = GetParam();
  const std::string weights = name.starts_with("digits") ? "digits" : name;
  const CaffeFiles files{caffe_fixture(name + ".prototxt"), caffe_fixture(weights + ".caffemodel")};
  const NetworkParts parts = import_caffe_network(files.network, {.weights = files.weights});
  cv::dnn::Net theirs = cv::dnn::readNetFromCaffe(files.network.string(), files.weights.string());
  theirs.enableFusion(false);
  const std::vector<cv::String> names = theirs.getLayerNames();
  const Tensor x = random_tensor(parts.network.input, 1);
  const Shape& shape = x.shape();
  const cv::Mat blob(std::vector<int>{1, shape.c, shape.h, shape.w}, CV_32F, const_cast<float*>(x.data()));
  for (const char* backend_name : {"reference", "cpu"}) {
    const auto backend = make_backend(backend_name);
    const Net ours(*backend, parts.network, parts.parameters);
    DeviceTensor input;
    Trace trace;
    backend->upload(x, input);
    ours.forward(input, trace);
    std::size_t compared = 0;
    for (std::size_t i = 0; i < parts.network.layers.size(); ++i) {
      const auto layer = static_cast<int>(i);
      const bool is_theirs = std::find(names.begin(), names.end(), parts.sources[i]) != names.end();
      if (!is_theirs || ours.rectified(layer)) continue;  // one that a layer takes beside its own, or the ReLU's output
      const Tensor found = backend->download(trace.output(layer));
      const std::vector<float> expected = values_of(theirs, blob, parts.sources[i]);
      if (found.size() != expected.size()) continue;  // a part of maps
      // Far above float32's rounding, far below what any other reading of the files gives.
      EXPECT_LT(relative_error(found.values(), expected), 1e-5) << backend_name << ", layer " << parts.network.layers[i].name;
      ++compared;
    }
    EXPECT_GE(compared + 2, parts.network.layers.size() / 2);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, CaffeFixtures,
                         ::testing::Values("caffenet", "squeezenet", "resnet", "pools", "pieces", "excited", "within", "digits_deploy"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace zf::testing
