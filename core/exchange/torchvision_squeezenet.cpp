#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/exchange/torchvision.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

int fire(ModuleBuilder& net, int x, const std::string& module) {
  const auto part = [&](int from, const std::string& name, const ConvLayer& conv) {
    return net.relu(net.conv(from, module + "." + name, conv), module + "." + name + "_activation");
  };
  const int squeezed = part(x, "squeeze", {.kernel = 1});
  const int pointwise = part(squeezed, "expand1x1", {.kernel = 1});
  const int spatial = part(squeezed, "expand3x3", {.kernel = 3, .pad = 1});
  return net.join({pointwise, spatial}, module, ConcatLayer{});
}

}  // namespace

std::string build_squeezenet(ModuleBuilder& net) {
  constexpr int kLast = 12;
  const MaxPoolLayer pool{{.kernel = 3, .stride = 2, .ceil = true}};
  std::vector<int> fires;
  for (int i = 3; i <= kLast; ++i) {
    if (net.has(fmt::format("features.{}.squeeze.weight", i))) fires.push_back(i);
  }
  const std::vector<int> first{3, 4, 5, 7, 8, 9, 10, 12};
  const std::vector<int> second{3, 4, 6, 7, 9, 10, 11, 12};
  if (fires != first && fires != second) {
    fail("{}: expected fire modules as features {} (1.0) or {} (1.1), found {}", net.dict().file(), first, second, fires);
  }
  int x = net.relu(net.conv(kPicture, "features.0", {.kernel = fires == first ? 7 : 3, .stride = 2}), "features.1");
  x = net.apply(x, "features.2", pool);
  for (int i = 3; i <= kLast; ++i) {
    const std::string module = fmt::format("features.{}", i);
    const bool is_fire = std::find(fires.begin(), fires.end(), i) != fires.end();
    x = is_fire ? fire(net, x, module) : net.apply(x, module, pool);
  }
  x = net.relu(net.conv(x, "classifier.1", {.kernel = 1}), "classifier.2");
  net.apply(x, "classifier.3", GlobalAveragePoolLayer{});
  return fires == first ? "SqueezeNet 1.0" : "SqueezeNet 1.1";
}

}  // namespace zf
