#pragma once

#include <fmt/format.h>

#include <string>

#include "core/io/model.h"
#include "tests/nn/testing.h"

namespace zf::testing {

/// A network with random weights and all that a model has besides.
inline Model random_model(Network network, unsigned seed) {
  Model model;
  model.parameters = random_parameters(network, seed);
  const Shape& in = network.input;
  model.preprocess = {
      .resize = 256, .crop = in.map(), .order = in.c == 1 ? "grey" : "bgr", .scale = 0.5F, .mean = {3, 0, 0}, .std = {7, 1, 1}};
  if (in.c == 3) model.preprocess.mean = {1, 2, 3};
  const std::size_t classes = output_shapes(network)[static_cast<std::size_t>(logits_layer(network))].item();
  for (std::size_t i = 0; i < classes; ++i) model.classes.push_back(fmt::format("klasse \"{}\" ä", i));
  model.known = KnownRule{1.25F};
  model.metadata = {{"trained", "never"}};
  model.network = std::move(network);
  return model;
}

}  // namespace zf::testing
