#include "core/exchange/presets.h"

#include <algorithm>
#include <vector>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::array kPresets = std::to_array<Preset>({
    {"imagenet-torch",
     "RGB of 0 to 1, less ImageNet's mean, by its deviation: torchvision, timm",
     "rgb",
     1.0F / 255,
     {0.485F, 0.456F, 0.406F},
     {0.229F, 0.224F, 0.225F}},
    {"caffe-bgr",
     "BGR of 0 to 255, less ImageNet's mean: Caffe, VGG and ResNet of Keras",
     "bgr",
     1,
     {103.939F, 116.779F, 123.68F},
     {1, 1, 1}},
    {"caffe-rgb", "RGB of 0 to 255, less ImageNet's mean", "rgb", 1, {123.68F, 116.779F, 103.939F}, {1, 1, 1}},
    {"zfnet512", "BGR of 0 to 255, less ImageNet's mean: zfnet512 of ONNX's model zoo", "bgr", 1, {103.939F, 116.779F, 123.68F}, {1, 1, 1}},
    {"tf", "RGB of -1 to 1: Inception, MobileNet and EfficientNet of TensorFlow", "rgb", 1.0F / 127.5F, {1, 1, 1}, {1, 1, 1}},
    {"unit", "RGB of 0 to 1", "rgb", 1.0F / 255, {0, 0, 0}, {1, 1, 1}},
    {"raw", "RGB of 0 to 255", "rgb", 1, {0, 0, 0}, {1, 1, 1}},
    {"raw-bgr", "BGR of 0 to 255", "bgr", 1, {0, 0, 0}, {1, 1, 1}},
});

/// 256 for all sizes about the usual 224, else in the same proportion.
int usual_resize(int crop) {
  constexpr int kUsual = 256;
  if (crop >= 200 && crop <= kUsual) return kUsual;
  return (crop * 8 + 3) / 7;
}

float mean_of(const std::array<float, 3>& values) { return (values[0] + values[1] + values[2]) / 3; }

}  // namespace

std::span<const Preset> presets() { return kPresets; }

const Preset& find_preset(std::string_view name) {
  const auto found = std::find_if(kPresets.begin(), kPresets.end(), [&](const Preset& preset) { return preset.name == name; });
  if (found != kPresets.end()) return *found;
  std::vector<std::string_view> names;
  for (const Preset& preset : kPresets) names.push_back(preset.name);
  fail("expected a preset among {}, found \"{}\"", fmt::join(names, ", "), name);
}

Preprocess make_preprocess(const Preset& preset, const PreprocessChoice& choice, const Shape& input) {
  Preprocess result;
  result.crop = input.map();
  result.resize = choice.resize.value_or(usual_resize(std::min(input.h, input.w)));
  result.order = choice.order.value_or(std::string(preset.order));
  result.scale = choice.scale.value_or(preset.scale);
  result.mean = choice.mean.value_or(preset.mean);
  result.std = choice.std.value_or(preset.std);
  if (input.c == 1) {
    result.order = "grey";
    result.mean = {mean_of(result.mean)};
    result.std = {mean_of(result.std), 1, 1};
  }
  return result;
}

}  // namespace zf
