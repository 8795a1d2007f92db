#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/module_builder.h"

namespace zf {

/// Networks of one kind, known by the names of their tensors.
struct TorchFamily {
  std::string_view name;
  std::vector<std::string> marks;              ///< tensors that all of them have, and no other family; the first is the first convolution's
  std::string (*build)(ModuleBuilder& net);    ///< gives what exactly it is, in words
  std::string_view preset = "imagenet-torch";  ///< how they take photos
  std::string_view why = "the usual one of torchvision and timm";
};

/// torchvision's names, which timm's are for many networks, and of ZFNet pytorchcv's.
[[nodiscard]] std::span<const TorchFamily> torch_families();

[[nodiscard]] std::string build_alexnet(ModuleBuilder& net);
[[nodiscard]] std::string build_vgg(ModuleBuilder& net);
[[nodiscard]] std::string build_zfnet(ModuleBuilder& net);
[[nodiscard]] std::string build_squeezenet(ModuleBuilder& net);
[[nodiscard]] std::string build_resnet(ModuleBuilder& net);
[[nodiscard]] std::string build_googlenet(ModuleBuilder& net);
[[nodiscard]] std::string build_densenet(ModuleBuilder& net);
[[nodiscard]] std::string build_mobilenet_v2(ModuleBuilder& net);

}  // namespace zf
