#include "core/exchange/torchvision.h"

namespace zf {

std::span<const TorchFamily> torch_families() {
  static const std::vector<TorchFamily> families = {
      {"alexnet",
       {"features.0.weight", "features.3.weight", "features.6.weight", "classifier.1.weight", "classifier.6.weight"},
       build_alexnet},
      {"vgg (11, 13, 16, 19; with or without batch normalisation)",
       {"features.0.weight", "classifier.0.weight", "classifier.6.weight"},
       build_vgg},
      {"timm's vgg", {"features.0.weight", "pre_logits.fc1.weight"}, build_vgg},
      {"squeezenet1_0, squeezenet1_1", {"features.0.weight", "features.3.squeeze.weight"}, build_squeezenet},
      {"resnet, resnext, wide_resnet", {"conv1.weight", "layer1.0.conv1.weight", "layer4.0.conv1.weight"}, build_resnet},
      {"googlenet",
       {"conv1.conv.weight", "inception3a.branch1.conv.weight"},
       build_googlenet,
       "tf",
       "as torchvision's own weights take photos (transform_input); one that was trained without: --preprocess imagenet-torch"},
      {"densenet", {"features.conv0.weight", "features.denseblock1.denselayer1.norm1.weight"}, build_densenet},
      {"mobilenet_v2", {"features.0.0.weight", "features.1.conv.0.0.weight"}, build_mobilenet_v2},
      {"pytorchcv's zfnet, zfnetb", {"features.stage1.unit1.conv.weight", "output.fc1.fc.weight"}, build_zfnet},
  };
  return families;
}

}  // namespace zf
