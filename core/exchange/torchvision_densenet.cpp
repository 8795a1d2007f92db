#include <fmt/format.h>

#include "core/exchange/torchvision.h"

namespace zf {

namespace {

/// Normalisation, ReLU and a convolution without bias, in this order.
int activated(ModuleBuilder& net, int x, const std::string& module, const std::string& number, ConvLayer op) {
  op.bias = false;
  const int y = net.relu(net.batch_norm(x, module + ".norm" + number), module + ".relu" + number);
  return net.conv(y, module + ".conv" + number, op);
}

}  // namespace

std::string build_densenet(ModuleBuilder& net) {
  constexpr int kBlocks = 4;
  int x = net.conv(kPicture, "features.conv0", {.kernel = 7, .stride = 2, .pad = 3, .bias = false});
  x = net.relu(net.batch_norm(x, "features.norm0"), "features.relu0");
  x = net.apply(x, "features.pool0", MaxPoolLayer{{.kernel = 3, .stride = 2, .pad = 1}});
  int depth = 2;
  for (int block = 1; block <= kBlocks; ++block) {
    const std::string name = fmt::format("features.denseblock{}", block);
    std::vector<int> features{x};
    int count = 0;
    do {
      const std::string layer = fmt::format("{}.denselayer{}", name, ++count);
      const int seen = features.size() == 1 ? x : net.join(features, layer, ConcatLayer{});
      const int squeezed = activated(net, seen, layer, "1", {.kernel = 1});
      features.push_back(activated(net, squeezed, layer, "2", {.kernel = 3, .pad = 1}));
    } while (net.has(fmt::format("{}.denselayer{}.conv1.weight", name, count + 1)));
    depth += 2 * count;
    x = net.join(features, name, ConcatLayer{});
    if (block == kBlocks) break;
    const std::string transition = fmt::format("features.transition{}", block);
    x = net.apply(activated(net, x, transition, "", {.kernel = 1}), transition + ".pool", AveragePoolLayer{2, 2});
    ++depth;
  }
  x = net.relu(net.batch_norm(x, "features.norm5"), "features.relu5");
  x = net.apply(x, "avgpool", GlobalAveragePoolLayer{});
  net.linear(x, "classifier");
  return fmt::format("DenseNet-{}", depth);
}

}  // namespace zf
