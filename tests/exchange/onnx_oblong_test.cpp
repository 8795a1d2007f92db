// Kernels that are not square, and inputs that are not square RGB images.
#include <gtest/gtest.h>

#include "core/exchange/import.h"
#include "tests/exchange/testing.h"

namespace zf::testing {
namespace {

struct Oblong {
  int kernel_h;
  int kernel_w;
  std::vector<std::int64_t> pads;  ///< top, left, bottom, right
  int stride;
  std::vector<std::int64_t> dilations;
  bool is_one_layer;  ///< whether padding is alike on all sides in the end
};

/// The definition: one map of the convolution of 2 maps with w (1, 2, kernel_h, kernel_w).
std::vector<float> convolved(const Tensor& x, const std::vector<float>& w, const Oblong& o) {
  const auto at = [&](int i) { return static_cast<int>(o.pads[static_cast<std::size_t>(i)]); };
  const int step_y = static_cast<int>(o.dilations[0]);
  const int step_x = static_cast<int>(o.dilations[1]);
  const Shape& in = x.shape();
  std::vector<float> y;
  for (int top = -at(0); top + (o.kernel_h - 1) * step_y < in.h + at(2); top += o.stride) {
    for (int left = -at(1); left + (o.kernel_w - 1) * step_x < in.w + at(3); left += o.stride) {
      double sum = 0;
      std::size_t tap = 0;
      for (int c = 0; c < in.c; ++c) {
        for (int i = 0; i < o.kernel_h * o.kernel_w; ++i, ++tap) {
          const int row = top + i / o.kernel_w * step_y;
          const int column = left + i % o.kernel_w * step_x;
          if (row >= 0 && row < in.h && column >= 0 && column < in.w) sum += double{w[tap]} * x.at(0, c, row, column);
        }
      }
      y.push_back(static_cast<float>(sum));
    }
  }
  return y;
}

TEST(OnnxOblong, KernelsComputeByTheDefinition) {
  const std::vector<Oblong> cases{{1, 7, {0, 3, 0, 3}, 1, {1, 1}, true},  {7, 1, {3, 0, 3, 0}, 2, {1, 1}, true},
                                  {3, 1, {0, 0, 0, 0}, 1, {2, 1}, false}, {2, 5, {0, 1, 2, 0}, 2, {1, 1}, false},
                                  {5, 3, {2, 1, 2, 1}, 1, {2, 2}, false}, {1, 3, {0, 2, 0, 2}, 1, {5, 2}, true}};
  const auto backend = make_backend("cpu");
  for (const Oblong& one : cases) {
    SCOPED_TRACE(fmt::format("{}x{}", one.kernel_h, one.kernel_w));
    const Tensor weights = random_tensor({1, 2, one.kernel_h, one.kernel_w}, 3);
    const std::vector<float> w(weights.values().begin(), weights.values().end());
    OnnxWriter file;
    file.input("x", {1, 2, 11, 13}).output("y").floats("w", {1, 2, one.kernel_h, one.kernel_w}, w);
    file.node("Conv", {"x", "w"}, {"y"}, {{"pads", one.pads}, {"strides", {one.stride, one.stride}}, {"dilations", one.dilations}});
    const std::string bytes = file.file();
    const NetworkParts parts = import_onnx_network(bytes_of(bytes), "net.onnx");
    EXPECT_EQ(parts.network.layers.size() == 1, one.is_one_layer);
    const Tensor x = random_tensor({1, 2, 11, 13}, 4);
    const Tensor found = output_of(*backend, parts, x);
    EXPECT_LT(relative_error(found.values(), convolved(x, w, one)), 1e-6);
  }
}

TEST(OnnxOblong, GreyImagesWithMapsLast) {
  OnnxWriter file;
  file.input("x", {-1, 20, 30, 1}).output("y").node("ReduceMean", {"x"}, {"y"}, {{"axes", {1, 2}}, {"keepdims", {0}}});
  const std::string bytes = file.file();
  const Model model = import_onnx(bytes_of(bytes), "net.onnx").model;
  EXPECT_EQ(model.network.input, (Shape{1, 1, 20, 30}));
  EXPECT_EQ(model.preprocess.order, "grey");
  EXPECT_EQ(model.preprocess.crop, (Size{20, 30}));
}

TEST(OnnxOblong, OperatorsOfOpset18And20) {
  OnnxWriter file;
  file.input("x", {1, 3, 8, 8}).output("y").whole("axes", {2}, {2, 3});
  file.node("Split", {"x"}, {"a", "b"}, {{"axis", {1}}, {"num_outputs", {2}}}).node("ReduceMean", {"a", "axes"}, {"m"});
  file.node("Gelu", {"m"}, {"g"}).node("Flatten", {"g"}, {"y"});
  const std::string bytes = file.file(20);
  const Network network = import_onnx_network(bytes_of(bytes), "net.onnx").network;
  std::vector<std::string_view> types;
  for (const Layer& layer : network.layers) types.push_back(type_name(layer.op));
  EXPECT_EQ(types, (std::vector<std::string_view>{"conv", "global_avg_pool", "gelu"}));
}

}  // namespace
}  // namespace zf::testing
