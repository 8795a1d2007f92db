#pragma once

#include <string>

#include "core/report/story.h"

namespace zf {

/// "Convolution", "Max pooling", ...
[[nodiscard]] std::string kind_of(const Layer& layer);

/// What a layer that is seen as one with the one before it does: "ReLU", "ReLU6", "SiLU", "batch normalisation".
[[nodiscard]] std::string activation_name(const LayerOp& op);

/// "48 maps of 110 × 110", "1024 units"
[[nodiscard]] std::string size_of(const Shape& shape);

/// How the layer computes: "7 × 7 filters, stride 2, then ReLU".
[[nodiscard]] std::string recipe_of(const LayerStory& layer);

/// What its picture shows, for a reader who has never seen the paper.
[[nodiscard]] std::string meaning_of(const LayerStory& layer);

/// Where the paper speaks of it; empty where it does not.
[[nodiscard]] std::string place_in_paper(const LayerStory& layer);

/// What the pictures of units show under this rule.
[[nodiscard]] std::string explain(Rule rule);

/// A class's name for people: "french_horn" becomes "french horn".
[[nodiscard]] std::string readable(std::string name);

/// What to say of a photo that a model of so many classes does not know, before the nearest of them: one sentence.
[[nodiscard]] std::string unknown_words(std::size_t classes);

/// A number for people: about three digits.
[[nodiscard]] std::string short_number(float value);

}  // namespace zf
