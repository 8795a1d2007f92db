// Chains of convolutions with fully connected layers at their end: AlexNet, VGG, ZFNet.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/exchange/torchvision.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr int kMapSide = 7;  ///< where VGG's fully connected layers begin

std::string weight_of(int feature) { return fmt::format("features.{}.weight", feature); }
std::string module_of(int feature) { return fmt::format("features.{}", feature); }

int fully_connected(ModuleBuilder& net, int x, const std::array<std::string, 3>& modules) {
  for (const std::string& module : modules) {
    x = net.linear(x, module);
    if (module != modules.back()) x = net.relu(x, module + ".relu");
  }
  return x;
}

/// The convolutions of each stage of VGG, of which a pool is the end. What has no weights is seen by the numbers that it takes.
std::vector<int> vgg_features(ModuleBuilder& net, int& x, bool normalises) {
  std::vector<int> stages(1);
  for (int feature = 0; net.has(weight_of(feature));) {
    x = net.conv(x, module_of(feature++), {.kernel = 3, .pad = 1});
    if (normalises) {
      x = net.batch_norm(x, module_of(feature));
      ++feature;
    }
    x = net.relu(x, module_of(feature++));
    ++stages.back();
    if (net.has(weight_of(feature))) continue;
    x = net.apply(x, module_of(feature++), MaxPoolLayer{{.kernel = 2, .stride = 2}});
    if (net.has(weight_of(feature))) stages.push_back(0);
  }
  return stages;
}

}  // namespace

std::string build_alexnet(ModuleBuilder& net) {
  const MaxPoolLayer pool{{.kernel = 3, .stride = 2}};
  int x = net.relu(net.conv(kPicture, "features.0", {.kernel = 11, .stride = 4, .pad = 2}), "features.1");
  x = net.apply(x, "features.2", pool);
  x = net.relu(net.conv(x, "features.3", {.kernel = 5, .pad = 2}), "features.4");
  x = net.apply(x, "features.5", pool);
  for (const int feature : {6, 8, 10}) x = net.relu(net.conv(x, module_of(feature), {.kernel = 3, .pad = 1}), module_of(feature + 1));
  x = net.apply(x, "features.12", pool);
  x = net.adaptive_pool(x, "avgpool", 6);
  fully_connected(net, x, {"classifier.1", "classifier.4", "classifier.6"});
  return "AlexNet";
}

std::string build_vgg(ModuleBuilder& net) {
  const bool normalises = net.has("features.1.running_mean");
  int x = kPicture;
  const std::vector<int> stages = vgg_features(net, x, normalises);
  const std::vector<std::vector<int>> known{{1, 1, 2, 2, 2}, {2, 2, 2, 2, 2}, {2, 2, 3, 3, 3}, {2, 2, 4, 4, 4}};
  if (std::find(known.begin(), known.end(), stages) == known.end()) {
    fail("{}: expected the convolutions of a VGG, in stages of {}, found {}", net.dict().file(), fmt::join(known, " or "), stages);
  }
  x = net.adaptive_pool(x, "avgpool", kMapSide);
  if (net.has("pre_logits.fc1.weight")) {
    fully_connected(net, x, {"pre_logits.fc1", "pre_logits.fc2", "head.fc"});
  } else {
    fully_connected(net, x, {"classifier.0", "classifier.3", "classifier.6"});
  }
  int layers = 3;
  for (const int stage : stages) layers += stage;
  return fmt::format("VGG-{}{}", layers, normalises ? " with batch normalisation" : "");
}

// https://github.com/osmr/imgclsmob, pytorchcv/models/zfnet.py and alexnet.py: sides of the kernels, pads, normalisation behind the ReLU.
std::string build_zfnet(ModuleBuilder& net) {
  const MaxPoolLayer pool{{.kernel = 3, .stride = 2, .ceil = true}};
  const auto unit = [&](int x, const std::string& module, const ConvLayer& conv) {
    return net.relu(net.conv(x, module + ".conv", conv), module + ".activ");
  };
  int x = unit(kPicture, "features.stage1.unit1", {.kernel = 7, .stride = 2, .pad = 1});
  x = net.apply(x, "features.stage1.norm", LrnLayer{});
  x = net.apply(x, "features.stage1.pool1", pool);
  x = unit(x, "features.stage2.unit1", {.kernel = 5, .stride = 2});
  x = net.apply(x, "features.stage2.norm", LrnLayer{});
  x = net.apply(x, "features.stage2.pool2", pool);
  for (int i = 1; i <= 3; ++i) x = unit(x, fmt::format("features.stage3.unit{}", i), {.kernel = 3, .pad = 1});
  x = net.apply(x, "features.stage3.pool3", pool);
  fully_connected(net, x, {"output.fc1.fc", "output.fc2.fc", "output.fc3"});
  return "ZFNet";
}

}  // namespace zf
