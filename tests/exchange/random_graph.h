#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "core/nn/network.h"

namespace zf::testing {

/// Draws networks of layers of every type, whose branches part and join at random.
class RandomGraph {
 public:
  explicit RandomGraph(unsigned seed) : random_(seed) {}

  Network draw() {
    network_ = {"random", {1, pick(0, 1) == 0 ? 1 : 3, pick(17, 26), pick(17, 26)}, {}};
    (void)add("stem", ConvLayer{kMaps, 3, pick(1, 2), 1}, {kPicture});
    const int layers = pick(8, 16);
    for (int i = 0; i < layers; ++i) (void)grow("l" + std::to_string(i));
    end();
    return network_;
  }

 private:
  int pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  const Shape& shape(int value) const { return value == kPicture ? network_.input : shapes_[static_cast<std::size_t>(value)]; }
  /// Mostly one of the last, so that networks are deep, too.
  int any() { return std::max(0, static_cast<int>(shapes_.size()) - 1 - pick(0, 3)); }

  int add(const std::string& name, LayerOp op, const std::vector<int>& inputs) {
    Layer layer{name, std::move(op), inputs};
    std::vector<Shape> in;
    for (const int input : inputs) in.push_back(shape(input));
    shapes_.push_back(output_shape(layer, in));
    network_.layers.push_back(std::move(layer));
    return static_cast<int>(shapes_.size()) - 1;
  }

  int activation(const std::string& name, int value) {
    using Kind = Activation::Kind;
    switch (pick(0, 9)) {
      case 0:
        return add(name, ActivationLayer{{.kind = Kind::kClip, .low = -0.25F, .high = 1.5F}}, {value});
      case 1:
        return add(name, ActivationLayer{{.kind = Kind::kClip, .low = 0, .high = 6}}, {value});
      case 2:
        return add(name, ActivationLayer{{.kind = Kind::kLeakyRelu, .slope = 0.2F}}, {value});
      case 3:
        return add(name, ActivationLayer{{.kind = Kind::kLeakyRelu}, true}, {value});
      case 4:
        return add(name, ReluLayer{}, {value});
      default: {
        // HardSigmoid is a gate below: elsewhere OpenCV 4.6 takes its product with anything for a HardSwish.
        constexpr std::array kSmooth{Kind::kSigmoid, Kind::kTanh, Kind::kSilu, Kind::kHardSwish, Kind::kGelu};
        return add(name, ActivationLayer{{.kind = kSmooth[static_cast<std::size_t>(pick(0, 4))]}}, {value});
      }
    }
  }

  int convolution(const std::string& name, int value) {
    const Shape& in = shape(value);
    constexpr std::array kGroups{1, 4, 0};
    const int chosen = kGroups[static_cast<std::size_t>(pick(0, 2))];
    const int groups = chosen == 0 ? in.c : chosen;
    const int room = std::min(in.h, in.w);
    const int kernel = room < 3 ? 1 : pick(1, 3);
    const int dilation = (kernel - 1) * 2 < room ? pick(1, 2) : 1;
    const ConvLayer op{.maps = chosen == 0 ? in.c : kMaps,
                       .kernel = kernel,
                       .stride = dilation > 1 ? 1 : pick(1, 2),  // OpenCV 4.6 and ONNX Runtime differ on some of both
                       .pad = pick(0, kernel - 1),
                       .groups = groups,
                       .dilation = dilation,
                       .bias = pick(0, 1) == 0};
    return add(name, op, {value});
  }

  int pool(const std::string& name, int value) {
    const int kernel = std::min({pick(2, 3), shape(value).h, shape(value).w});
    const int stride = pick(1, 3);
    const int pad = pick(0, kernel / 2);
    const bool ceil = pick(0, 1) == 0;
    if (pick(0, 1) == 0) return add(name, MaxPoolLayer{{kernel, stride, pad, ceil}}, {value});
    return add(name, AveragePoolLayer{kernel, stride, pad, ceil, pick(0, 1) == 0}, {value});
  }

  /// One with as many maps of the same size; `value` where there is none but it.
  int partner(int value) {
    std::vector<int> found;
    for (int i = 0; i < static_cast<int>(shapes_.size()); ++i) {
      if (shape(i) == shape(value)) found.push_back(i);
    }
    return found[static_cast<std::size_t>(pick(0, static_cast<int>(found.size()) - 1))];
  }

  /// A factor a map of a value.
  int gate(const std::string& name, int value) {
    int factors = add(name + "_mean", GlobalAveragePoolLayer{}, {value});
    if (pick(0, 1) == 0) factors = add(name + "_fc", LinearLayer{shape(value).c}, {factors});
    return add(name + "_gate", ActivationLayer{{.kind = Activation::Kind::kHardSigmoid}}, {factors});
  }

  int grow(const std::string& name) {
    const int value = any();
    switch (pick(0, 11)) {
      case 0:
      case 1:
        return convolution(name, value);
      case 2:
        return pool(name, value);
      case 3:
        return add(name, AffineLayer{}, {value});
      case 4:
        return add(name, LrnLayer{{3, 0.5F, 0.75F, 2.0F, name.back() % 2 == 1}}, {value});
      case 5:
        return add(name, PadLayer{pick(1, 2), pick(0, 2), pick(0, 2), pick(0, 2)}, {value});
      case 6:
        return add(name, PermuteMapsLayer{pick(2, 4)}, {value});
      case 7:
        return pick(0, 1) == 0 ? add(name, AddLayer{}, {value, partner(value)}) : add(name, AddLayer{}, {value, partner(value), value});
      case 8: {
        const int joined = add(name, ConcatLayer{}, {value, partner(value)});
        return add(name + "_conv", ConvLayer{.maps = kMaps, .kernel = 1}, {joined});
      }
      case 9:
        return add(name, ScaleMapsLayer{}, {value, gate(name, value)});
      default:
        return activation(name, value);
    }
  }

  /// Joins whatever nothing reads yet, so that it counts.
  void end() {
    std::vector<bool> is_read(shapes_.size());
    for (const Layer& layer : network_.layers) {
      for (const int input : layer.inputs) {
        if (input != kPicture) is_read[static_cast<std::size_t>(input)] = true;
      }
    }
    std::vector<int> rows;
    for (int i = 0; i < static_cast<int>(is_read.size()); ++i) {
      if (!is_read[static_cast<std::size_t>(i)]) rows.push_back(add("end" + std::to_string(i), LinearLayer{9}, {i}));
    }
    int value = rows.size() == 1 ? rows.front() : add("sum", AddLayer{}, rows);
    value = add("act", ActivationLayer{{.kind = Activation::Kind::kTanh}}, {value});
    value = add("norm", AffineLayer{}, {value});
    // Rows as maps again.
    if (pick(0, 1) == 0) value = add("last_conv", ConvLayer{.maps = 8, .kernel = 1}, {value});
    value = add("drop", DropoutLayer{0.5F}, {value});
    value = add("fc", LinearLayer{5}, {value});
    if (pick(0, 1) == 0) (void)add("prob", SoftmaxLayer{}, {value});
  }

  static constexpr int kMaps = 12;

  std::mt19937 random_;
  Network network_;
  std::vector<Shape> shapes_;
};

}  // namespace zf::testing
