#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/exchange/torchvision.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr auto kAny = StateDict::kAny;

/// Groups of a bottleneck's convolution on maps of `width`: its weights see width / groups of them.
int groups_of(const ModuleBuilder& net, const std::string& module, int width) {
  const std::int64_t seen = net.dict().dims(module + ".conv2.weight", {kAny, kAny, 3, 3})[1];
  if (width % seen != 0) {
    fail("{}: tensor \"{}.conv2.weight\": expected to see a part of the {} maps, found {}", net.dict().file(), module, width, seen);
  }
  return static_cast<int>(width / seen);
}

int block(ModuleBuilder& net, int x, const std::string& module, int stride) {
  const bool is_bottleneck = net.has(module + ".conv3.weight");
  const bool projects = net.has(module + ".downsample.0.weight");
  const int maps = projects ? 0 : net.shape(x).c;
  const auto part = [&](int from, int number, const ConvLayer& op) {
    return net.normalised_conv(from, fmt::format("{}.conv{}", module, number), fmt::format("{}.bn{}", module, number), op);
  };
  int y = kPicture;
  if (is_bottleneck) {
    y = net.relu(part(x, 1, {.kernel = 1}), module + ".relu");
    y = net.relu(part(y, 2, {.kernel = 3, .stride = stride, .pad = 1, .groups = groups_of(net, module, net.shape(y).c)}),
                 module + ".relu_1");
    y = part(y, 3, {.maps = maps, .kernel = 1});
  } else {
    y = net.relu(part(x, 1, {.kernel = 3, .stride = stride, .pad = 1}), module + ".relu");
    y = part(y, 2, {.maps = maps, .kernel = 3, .pad = 1});
  }
  const ConvLayer projection{.maps = net.shape(y).c, .kernel = 1, .stride = stride};
  const int skipped = projects ? net.normalised_conv(x, module + ".downsample.0", module + ".downsample.1", projection) : x;
  return net.relu(net.join({y, skipped}, module, AddLayer{}), module + (is_bottleneck ? ".relu_2" : ".relu_1"));
}

}  // namespace

std::string build_resnet(ModuleBuilder& net) {
  int x = net.relu(net.normalised_conv(kPicture, "conv1", "bn1", {.kernel = 7, .stride = 2, .pad = 3}), "relu");
  x = net.apply(x, "maxpool", MaxPoolLayer{{.kernel = 3, .stride = 2, .pad = 1}});
  const bool is_bottleneck = net.has("layer1.0.conv3.weight");
  int depth = 2;
  for (int stage = 1; stage <= 4; ++stage) {
    int count = 0;
    do {
      x = block(net, x, fmt::format("layer{}.{}", stage, count), stage > 1 && count == 0 ? 2 : 1);
      ++count;
    } while (net.has(fmt::format("layer{}.{}.conv1.weight", stage, count)));
    depth += count * (is_bottleneck ? 3 : 2);
  }
  x = net.apply(x, "avgpool", GlobalAveragePoolLayer{});
  net.linear(x, "fc");
  const int groups =
      is_bottleneck ? groups_of(net, "layer1.0", static_cast<int>(net.dict().dims("layer1.0.conv1.weight", {kAny, kAny, 1, 1})[0])) : 1;
  return fmt::format("ResNe{}t-{}{}", groups > 1 ? "X" : "", depth, groups > 1 ? fmt::format(" of {} groups", groups) : "");
}

}  // namespace zf
