#include "core/report/captions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace zf {

namespace {

template <typename Op>
const Op* as(const Layer& layer) {
  return std::get_if<Op>(&layer.op);
}

bool is_logits(const LayerStory& layer) { return layer.name == "logits"; }

std::string window(int kernel, int stride) {
  const std::string size = fmt::format("{0}\u00A0×\u00A0{0}", kernel);
  return stride == 1 ? size : fmt::format("{}, stride {}", size, stride);
}

/// What section 4.1 found layer by layer in the paper's network.
std::string_view found_in_layer(int stage) {
  constexpr std::array<std::string_view, 5> kFound = {
      "edges, bars and blobs of colour",
      "corners, and edges joined with colour",
      "textures: meshes, repeated patterns, writing",
      "parts of a class: dog faces, birds' legs",
      "whole objects in any pose: keyboards, dogs, flowers",
  };
  return stage >= 1 && stage <= static_cast<int>(kFound.size()) ? kFound[static_cast<std::size_t>(stage) - 1] : std::string_view{};
}

std::string conv_meaning(const LayerStory& layer) {
  const std::string seen = layer.field.size.h >= 2 ? fmt::format(" Each point of a map looks at {0}\u00A0×\u00A0{1} pixels of the photo.",
                                                                 layer.field.size.h, layer.field.size.w)
                                                   : std::string();
  const std::string found = layer.stage <= 5
                                ? fmt::format(" In the paper's network, layer {} answers to {}.", layer.stage, found_in_layer(layer.stage))
                                : std::string();
  return "Each tile is the photo as one filter answers it: bright where the filter finds its pattern, dark where it does not." + seen +
         found;
}

}  // namespace

std::string kind_of(const Layer& layer) {
  if (as<ConvLayer>(layer) != nullptr) return "Convolution";
  if (as<LinearLayer>(layer) != nullptr) return "Fully connected";
  if (as<MaxPoolLayer>(layer) != nullptr) return "Max pooling";
  if (as<LrnLayer>(layer) != nullptr) return "Normalisation";
  if (as<DropoutLayer>(layer) != nullptr) return "Dropout";
  if (as<SoftmaxLayer>(layer) != nullptr) return "Softmax";
  return "Rectification";
}

std::string size_of(const Shape& shape) {
  if (shape.plane() == 1) return fmt::format("{} units", shape.c);
  return fmt::format("{} maps of {}\u00A0×\u00A0{}", shape.c, shape.h, shape.w);
}

std::string recipe_of(const LayerStory& layer) {
  const std::string_view relu = layer.rectified ? ", then ReLU" : "";
  if (const auto* conv = as<ConvLayer>(layer.source)) {
    const std::string groups = conv->groups > 1 ? fmt::format(", {} groups", conv->groups) : std::string();
    return fmt::format("filters of {}{}{}", window(conv->kernel, conv->stride), groups, relu);
  }
  if (const auto* pool = as<MaxPoolLayer>(layer.source)) return "windows of " + window(pool->spec.kernel, pool->spec.stride);
  if (const auto* lrn = as<LrnLayer>(layer.source)) return fmt::format("across {} neighbouring maps", lrn->spec.size);
  if (as<LinearLayer>(layer.source) != nullptr) return fmt::format("every unit sees the whole photo{}", relu);
  return {};
}

std::string meaning_of(const LayerStory& layer) {
  if (is_logits(layer)) return "One cell a class: the score before softmax. Softmax turns these scores into the probabilities at the top.";
  if (as<ConvLayer>(layer.source) != nullptr) return conv_meaning(layer);
  if (as<MaxPoolLayer>(layer.source) != nullptr) {
    return "The same maps, smaller: of every window only the strongest answer stays. Where it stood is recorded, so that a projection "
           "can find the way back.";
  }
  if (as<LrnLayer>(layer.source) != nullptr) {
    return "The same maps, balanced: where many maps answer at one place, each is turned down, so that no few of them dominate.";
  }
  if (as<LinearLayer>(layer.source) != nullptr) {
    return "One cell a unit: how strongly each unit answers to the whole photo. Places are gone; what is left is evidence for classes.";
  }
  return "The layer's maps.";
}

std::string place_in_paper(const LayerStory& layer) {
  if (is_logits(layer)) return "Fig. 3, output";
  if (as<ConvLayer>(layer.source) != nullptr) {
    return layer.stage <= 5 ? fmt::format("Fig. 3, layer {0}; Fig. 2, layer {0}", layer.stage) : std::string();
  }
  if (as<MaxPoolLayer>(layer.source) != nullptr) return "Section 2.1, unpooling";
  if (as<LrnLayer>(layer.source) != nullptr) return "Fig. 3, contrast normalised across feature maps";
  return layer.stage <= 7 ? fmt::format("Fig. 3, layer {}", layer.stage) : std::string();
}

std::string name_of(Rule rule) {
  switch (rule) {
    case Rule::kDeconvnet:
      return "deconvnet";
    case Rule::kGradient:
      return "gradient";
    case Rule::kGuided:
      return "guided";
  }
  return {};
}

std::string explain(Rule rule) {
  switch (rule) {
    case Rule::kDeconvnet:
      return "the network run backwards from one activation to pixels (the paper's deconvnet)";
    case Rule::kGradient:
      return "how the activation would change with each pixel (the gradient)";
    case Rule::kGuided:
      return "the gradient without what would weaken the activation (guided backpropagation)";
  }
  return {};
}

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string unknown_words(std::size_t classes) {
  return classes == 1 ? "Probably not the one thing that this model knows."
                      : fmt::format("Probably none of the {} things that this model knows.", classes);
}

std::string short_number(float value) {
  const float size = std::abs(value);
  if (size == 0) return "0";
  if (size >= 1e5F || size < 1e-3F) return fmt::format("{:.1e}", value);
  if (size >= 100) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.2f}", value);
}

}  // namespace zf
