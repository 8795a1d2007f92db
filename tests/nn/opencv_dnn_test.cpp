// Forward passes of random networks against cv::dnn, an implementation that shares nothing with ours.
#include <gtest/gtest.h>

#include <opencv2/dnn.hpp>

#include "core/nn/net.h"
#include "tests/backend/backends.h"
#include "tests/nn/testing.h"

namespace zf {
namespace {

constexpr int kNetworks = 40;
constexpr int kImages = 2;

/// Draws networks of a few convolutions with what may stand around them, a linear layer or two, and a softmax.
class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed) : random_(seed) {}

  Network draw() {
    network_ = {"random", {1, 2 * pick(1, 3), pick(18, 40), pick(18, 40)}, {}};
    shape_ = network_.input;
    const int stages = pick(1, 3);
    for (int stage = 1; stage <= stages; ++stage) convolution(std::to_string(stage));
    if (pick(0, 1) == 1) {
      add("fc1", LinearLayer{pick(3, 20)});
      add("fc_relu1", ReluLayer{});
    }
    add("fc2", LinearLayer{pick(2, 9)});
    add("prob", SoftmaxLayer{});
    return network_;
  }

 private:
  int pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  void convolution(const std::string& stage) {
    const int kernel = pick(1, std::min({5, shape_.h, shape_.w}));
    add("conv" + stage, ConvLayer{2 * pick(1, 12), kernel, pick(1, 2), pick(0, kernel / 2), pick(1, 2)});
    // One that no ReLU follows, or one that does not follow a convolution, is an order of its own.
    const int order = pick(0, 3);
    if (order == 0) add("norm" + stage, LrnLayer{{3, 0.5F, 0.75F, 2.0F}});
    if (order != 1) add("relu" + stage, ReluLayer{});
    if (order == 2) add("norm" + stage, LrnLayer{{5, 0.3F, 0.6F, 1.0F}});
    if (shape_.h >= 6 && shape_.w >= 6 && pick(0, 2) > 0) {
      // Rounding up with gaps between windows, OpenCV and Caffe may start one behind the map, which we do not.
      const int window = pick(2, 3);
      add("pool" + stage, MaxPoolLayer{{window, pick(1, window), pick(0, 1), pick(0, 1) == 1}});
    }
  }

  void add(const std::string& name, LayerOp op) {
    network_.layers.push_back({name, op});
    shape_ = output_shape(network_.layers.back(), shape_);
  }

  std::mt19937 random_;
  Network network_;
  Shape shape_;
};

/// The layer that cv::dnn builds from ours, without weights.
struct ToOpencv {
  cv::dnn::LayerParams params;

  void square(int kernel, int stride, int pad) {
    params.set("kernel_size", kernel);
    params.set("stride", stride);
    params.set("pad", pad);
  }
  void operator()(const ConvLayer& op) {
    params.type = "Convolution";
    square(op.kernel, op.stride, op.pad);
    params.set("num_output", op.maps);
    params.set("group", op.groups);
  }
  void operator()(const LinearLayer& op) {
    params.type = "InnerProduct";
    params.set("num_output", op.units);
  }
  void operator()(const ReluLayer&) { params.type = "ReLU"; }
  void operator()(const MaxPoolLayer& op) {
    params.type = "Pooling";
    params.set("pool", "max");
    square(op.spec.kernel, op.spec.stride, op.spec.pad);
    params.set("ceil_mode", op.spec.ceil);
  }
  void operator()(const LrnLayer& op) {
    params.type = "LRN";
    params.set("local_size", op.spec.size);
    params.set("alpha", op.spec.alpha);
    params.set("beta", op.spec.beta);
    params.set("bias", op.spec.k);
  }
  void operator()(const DropoutLayer&) { params.type = "Identity"; }
  void operator()(const SoftmaxLayer&) { params.type = "Softmax"; }
  void operator()(const auto& op) { fail("expected a layer of the random networks, found {}", type_name(LayerOp(op))); }
};

cv::Mat mat_of(const Tensor& tensor, const std::vector<int>& sizes) {
  cv::Mat mat(sizes, CV_32F);
  std::copy(tensor.values().begin(), tensor.values().end(), mat.ptr<float>());
  return mat;
}

cv::dnn::Net opencv_net(const Network& network, const Parameters& parameters) {
  cv::dnn::Net net;
  for (const Layer& layer : network.layers) {
    ToOpencv converted;
    converted.params.name = layer.name;
    std::visit(converted, layer.op);
    if (has_weights(layer.op)) {
      const Tensor& weight = parameters.at(layer.name + ".weight");
      const Shape& s = weight.shape();
      const bool linear = std::holds_alternative<LinearLayer>(layer.op);
      const std::vector<int> sizes = linear ? std::vector<int>{s.n, static_cast<int>(s.item())} : std::vector<int>{s.n, s.c, s.h, s.w};
      converted.params.blobs = {mat_of(weight, sizes), mat_of(parameters.at(layer.name + ".bias"), {1, s.n})};
      converted.params.set("bias_term", true);
    }
    net.addLayerToPrev(converted.params.name, converted.params.type, converted.params);
  }
  net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  return net;
}

std::string described(const Network& network) {
  std::string text = to_string(network.input);
  Shape shape = network.input;
  for (const Layer& layer : network.layers) text += fmt::format(" {} {}", layer.name, to_string(shape = output_shape(layer, shape)));
  return text;
}

class OpencvDnn : public ::testing::TestWithParam<testing::NamedBackend> {
 protected:
  Backend& backend_ = GetParam().instance();
};

TEST_P(OpencvDnn, GivesTheSameLogitsAndProbabilities) {
  for (unsigned seed = 0; seed < kNetworks; ++seed) {
    const Network network = RandomNetwork(seed).draw();
    SCOPED_TRACE(fmt::format("seed {}: {}", seed, described(network)));
    const Parameters parameters = testing::random_parameters(network, seed);
    Shape batch = network.input;
    batch.n = kImages;
    const Tensor images = testing::random_tensor(batch, seed);

    cv::dnn::Net theirs = opencv_net(network, parameters);
    theirs.setInput(mat_of(images, {batch.n, batch.c, batch.h, batch.w}));
    std::vector<cv::Mat> expected;
    theirs.forward(expected, std::vector<cv::String>{"fc2", "prob"});

    const Net ours(backend_, network, parameters);
    Trace trace;
    DeviceTensor x;
    backend_.upload(images, x);
    ours.forward(x, trace);
    for (const auto& [name, mat] : {std::pair{"logits", expected[0]}, {"prob", expected[1]}}) {
      const Tensor found = backend_.download(trace.output(find_layer(network, name)));
      EXPECT_LT(testing::relative_error(found.values(), {mat.ptr<float>(), mat.total()}), 2e-5) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, OpencvDnn, ::testing::ValuesIn(testing::tested_backends()), testing::BackendName());

}  // namespace
}  // namespace zf
