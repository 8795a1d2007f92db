#include "core/report/captions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace zf {

namespace {

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
  return std::visit(
      Match{[](const ConvLayer& op) { return std::string(op.kernel == 1 ? "Convolution of single points" : "Convolution"); },
            [](const LinearLayer&) { return std::string("Fully connected"); },
            [](const AffineLayer&) { return std::string("Batch normalisation"); },
            [](const ReluLayer&) { return std::string("Rectification"); },
            [&](const ActivationLayer&) { return activation_name(layer.op); },
            [](const MaxPoolLayer&) { return std::string("Max pooling"); },
            [](const AveragePoolLayer&) { return std::string("Average pooling"); },
            [](const GlobalAveragePoolLayer&) { return std::string("Average of each map"); },
            [](const LrnLayer&) { return std::string("Normalisation"); }, [](const DropoutLayer&) { return std::string("Dropout"); },
            [](const SoftmaxLayer&) { return std::string("Softmax"); }, [](const AddLayer&) { return std::string("Sum of branches"); },
            [](const ConcatLayer&) { return std::string("Branches side by side"); },
            [](const ScaleMapsLayer&) { return std::string("Maps turned up and down"); },
            [](const PermuteMapsLayer&) { return std::string("Maps in another order"); },
            [](const PadLayer&) { return std::string("Padding"); }, [](const FlattenLayer&) { return std::string("Flattened maps"); }},
      layer.op);
}

std::string activation_name(const LayerOp& op) {
  if (std::holds_alternative<ReluLayer>(op)) return "ReLU";
  const auto* activation = std::get_if<ActivationLayer>(&op);
  if (activation == nullptr) return "batch normalisation";
  const Activation& f = activation->spec;
  switch (f.kind) {
    case Activation::Kind::kClip:
      return f.low == 0 && f.high == 6 ? "ReLU6" : fmt::format("clipping to {:g} to {:g}", f.low, f.high);
    case Activation::Kind::kLeakyRelu:
      return activation->slope_a_map ? "parametric ReLU" : "leaky ReLU";
    case Activation::Kind::kSigmoid:
      return "sigmoid";
    case Activation::Kind::kHardSigmoid:
      return "hard sigmoid";
    case Activation::Kind::kTanh:
      return "tanh";
    case Activation::Kind::kSilu:
      return "SiLU";
    case Activation::Kind::kHardSwish:
      return "hard swish";
    case Activation::Kind::kGelu:
      return "GELU";
  }
  return {};
}

std::string size_of(const Shape& shape) {
  if (shape.plane() == 1) return fmt::format("{} units", shape.c);
  return fmt::format("{} maps of {}\u00A0×\u00A0{}", shape.c, shape.h, shape.w);
}

std::string recipe_of(const LayerStory& layer) {
  const std::string then = layer.then.empty() ? std::string() : ", then " + layer.then;
  const auto conv = [&](const ConvLayer& op) {
    const std::string groups = op.groups > 1 ? fmt::format(", {} groups", op.groups) : std::string();
    const std::string apart = op.dilation > 1 ? fmt::format(", {} pixels apart", op.dilation) : std::string();
    return fmt::format("filters of {}{}{}{}", window(op.kernel, op.stride), apart, groups, then);
  };
  return std::visit(
      Match{conv, [&](const LinearLayer&) { return fmt::format("every unit sees the whole photo{}", then); },
            [](const MaxPoolLayer& op) { return "windows of " + window(op.spec.kernel, op.spec.stride); },
            [](const AveragePoolLayer& op) { return "windows of " + window(op.kernel, op.stride); },
            [](const LrnLayer& op) {
              return op.spec.within ? fmt::format("within {0}x{0} places of a map", op.spec.size)
                                    : fmt::format("across {} neighbouring maps", op.spec.size);
            },
            [](const PermuteMapsLayer& op) { return fmt::format("{} groups, one of each in turn", op.groups); },
            [&](const OneOf<AffineLayer, ReluLayer, ActivationLayer, GlobalAveragePoolLayer, DropoutLayer, SoftmaxLayer, AddLayer,
                            ConcatLayer, ScaleMapsLayer, PadLayer, FlattenLayer> auto&) { return then.empty() ? then : then.substr(2); }},
      layer.source.op);
}

std::string meaning_of(const LayerStory& layer) {
  if (is_logits(layer)) return "One cell a class: the score before softmax. Softmax turns these scores into the probabilities at the top.";
  return std::visit(
      Match{[&](const ConvLayer&) { return conv_meaning(layer); },
            [](const MaxPoolLayer&) {
              return std::string(
                  "The same maps, smaller: of every window only the strongest answer stays. Where it stood is recorded, so "
                  "that a projection can find the way back.");
            },
            [](const AveragePoolLayer&) {
              return std::string(
                  "The same maps, smaller: of every window the mean. A projection shares an answer among all of its window.");
            },
            [](const GlobalAveragePoolLayer&) {
              return std::string(
                  "One cell a map: how strongly it answers on average. Places are gone; what is left is evidence for classes.");
            },
            [](const LrnLayer& op) {
              if (op.spec.within)
                return std::string("The same maps, balanced: where a map answers strongly all around, it is turned down.");
              return std::string(
                  "The same maps, balanced: where many maps answer at one place, each is turned down, so that no few of them "
                  "dominate.");
            },
            [](const LinearLayer&) {
              return std::string(
                  "One cell a unit: how strongly each unit answers to the whole photo. Places are gone; what is left is "
                  "evidence for classes.");
            },
            [](const AddLayer&) {
              return std::string(
                  "What went through the branch is added to what went around it: each map is the same question with a better "
                  "answer.");
            },
            [](const ConcatLayer&) { return std::string("The maps of all branches, one behind the other."); },
            [](const ScaleMapsLayer&) { return std::string("The same maps, each turned up or down by what the whole photo says of it."); },
            [](const OneOf<AffineLayer, ReluLayer, ActivationLayer, DropoutLayer, SoftmaxLayer, PermuteMapsLayer, PadLayer,
                           FlattenLayer> auto&) { return std::string("The layer's maps."); }},
      layer.source.op);
}

std::string place_in_paper(const LayerStory& layer) {
  if (is_logits(layer)) return "Fig. 3, output";
  const std::string numbered = layer.stage <= 7 ? fmt::format("Fig. 3, layer {}", layer.stage) : std::string();
  return std::visit(Match{[&](const ConvLayer&) {
                            return layer.stage <= 5 ? fmt::format("Fig. 3, layer {0}; Fig. 2, layer {0}", layer.stage) : std::string();
                          },
                          [](const MaxPoolLayer&) { return std::string("Section 2.1, unpooling"); },
                          [](const LrnLayer& op) {
                            return op.spec.within ? std::string() : std::string("Fig. 3, contrast normalised across feature maps");
                          },
                          [&](const OneOf<LinearLayer, ReluLayer, DropoutLayer, SoftmaxLayer> auto&) { return numbered; },
                          [](const OneOf<AffineLayer, ActivationLayer, AveragePoolLayer, GlobalAveragePoolLayer, AddLayer, ConcatLayer,
                                         ScaleMapsLayer, PermuteMapsLayer, PadLayer, FlattenLayer> auto&) { return std::string(); }},
                    layer.source.op);
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
