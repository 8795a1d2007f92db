#include "core/nn/zoo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

using Maker = Network (*)(const ZooOptions&);
constexpr std::array<std::pair<std::string_view, Maker>, 4> kArchitectures = {
    {{"zfnet", zfnet}, {"zfnet-wide", zfnet_wide}, {"alexnet", alexnet}, {"alexnet-dense", alexnet_dense}}};

constexpr double kMaxWidth = 64.0;

/// Appends layers whose names end in the number of their stage.
class Builder {
 public:
  Builder(std::string name, const ZooOptions& options) : options_(options) {
    if (!(options.width > 0.0 && options.width <= kMaxWidth)) {
      fail("network {}: expected a width above 0 and up to {}, found {}", name, kMaxWidth, options.width);
    }
    network_.name = std::move(name);
    network_.input = options.input();
  }

  Builder& conv(int stage, int maps, int kernel, int stride, int pad, int groups = 1) {
    // Even, so that two groups can share them.
    const int scaled = 2 * std::max(1, static_cast<int>(std::lround(maps * options_.width / 2.0)));
    add("conv", stage, ConvLayer{scaled, kernel, stride, pad, groups});
    return add("relu", stage, ReluLayer{});
  }
  Builder& pool(int stage, int pad) { return add("pool", stage, MaxPoolLayer{{3, 2, pad, false}}); }
  Builder& norm(int stage) { return add("norm", stage, LrnLayer{}); }

  /// fc6, fc7, fc8 and the softmax.
  Network classifier() {
    for (const int stage : {6, 7}) {
      add("fc", stage, LinearLayer{options_.fc});
      add("relu", stage, ReluLayer{});
      add("drop", stage, DropoutLayer{0.5F});
    }
    add("fc", 8, LinearLayer{options_.classes});
    network_.layers.push_back({"prob", SoftmaxLayer{}});
    static_cast<void>(output_shapes(network_));
    return std::move(network_);
  }

 private:
  Builder& add(const char* type, int stage, LayerOp op) {
    network_.layers.push_back({type + std::to_string(stage), op});
    return *this;
  }

  ZooOptions options_;
  Network network_;
};

/// Fig. 3 with the given maps in conv3 to conv5.
Network make_zfnet(const char* name, const std::array<int, 3>& maps, const ZooOptions& options) {
  Builder net(name, options);
  net.conv(1, 96, 7, 2, 1).pool(1, 1).norm(1);
  net.conv(2, 256, 5, 2, 0).pool(2, 1).norm(2);
  net.conv(3, maps[0], 3, 1, 1).conv(4, maps[1], 3, 1, 1).conv(5, maps[2], 3, 1, 1).pool(5, 0);
  return net.classifier();
}

Network make_alexnet(const char* name, int groups, const ZooOptions& options) {
  Builder net(name, options);
  net.conv(1, 96, 11, 4, 2).norm(1).pool(1, 0);
  net.conv(2, 256, 5, 1, 2, groups).norm(2).pool(2, 0);
  net.conv(3, 384, 3, 1, 1).conv(4, 384, 3, 1, 1, groups).conv(5, 256, 3, 1, 1, groups).pool(5, 0);
  return net.classifier();
}

}  // namespace

Network zfnet(const ZooOptions& options) { return make_zfnet("zfnet", {384, 384, 256}, options); }
Network zfnet_wide(const ZooOptions& options) { return make_zfnet("zfnet-wide", {512, 1024, 512}, options); }
Network alexnet(const ZooOptions& options) { return make_alexnet("alexnet", 2, options); }
Network alexnet_dense(const ZooOptions& options) { return make_alexnet("alexnet-dense", 1, options); }

std::vector<std::string> architecture_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : kArchitectures) names.emplace_back(name);
  return names;
}

Network make_network(std::string_view architecture, const ZooOptions& options) {
  const auto* const found =
      std::find_if(kArchitectures.begin(), kArchitectures.end(), [&](const auto& a) { return a.first == architecture; });
  if (found == kArchitectures.end()) {
    fail("expected an architecture among {}, found \"{}\"", fmt::join(architecture_names(), ", "), architecture);
  }
  return found->second(options);
}

}  // namespace zf
