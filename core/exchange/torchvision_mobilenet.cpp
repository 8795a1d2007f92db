#include <fmt/format.h>

#include <array>

#include "core/exchange/torchvision.h"

namespace zf {

namespace {

/// A convolution without bias and its normalisation, as modules `conv` and `norm`.
/// Conv2dNormActivation
int activated(ModuleBuilder& net, int x, const std::string& module, const ConvLayer& op) {
  const ActivationLayer relu6{{.kind = Activation::Kind::kClip, .low = 0, .high = 6}};
  return net.apply(net.normalised_conv(x, module + ".0", module + ".1", op), module + ".2", relu6);
}

int inverted_residual(ModuleBuilder& net, int x, const std::string& module, int stride) {
  const bool expands = net.has(module + ".conv.3.weight");
  int y = expands ? activated(net, x, module + ".conv.0", {.kernel = 1}) : x;
  const int depthwise = expands ? 1 : 0;
  y = activated(net, y, fmt::format("{}.conv.{}", module, depthwise), {.kernel = 3, .stride = stride, .pad = 1, .groups = net.shape(y).c});
  y = net.normalised_conv(y, fmt::format("{}.conv.{}", module, depthwise + 1), fmt::format("{}.conv.{}", module, depthwise + 2),
                          {.kernel = 1});
  return stride == 1 && net.shape(y) == net.shape(x) ? net.join({x, y}, module, AddLayer{}) : y;
}

}  // namespace

std::string build_mobilenet_v2(ModuleBuilder& net) {
  // Strides of the blocks, which shapes do not tell.
  constexpr std::array kStrides = {1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1};
  int x = activated(net, kPicture, "features.0", {.kernel = 3, .stride = 2, .pad = 1});
  int number = 1;
  for (const int stride : kStrides) x = inverted_residual(net, x, fmt::format("features.{}", number++), stride);
  x = activated(net, x, fmt::format("features.{}", number), {.kernel = 1});
  x = net.apply(x, "avgpool", GlobalAveragePoolLayer{});
  net.linear(x, "classifier.1");
  return "MobileNet V2";
}

}  // namespace zf
