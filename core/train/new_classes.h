#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/io/model.h"
#include "core/train/initialise.h"

namespace zf {

/// A model that begins as another one, with class scores of its own.
struct NewClasses {
  Model model;
  WarmStart start;  ///< what it took of the other
};

/// The network, preprocessing and weights of `source`, whose parameters are there, with scores for `classes` in the place of its own, which
/// begin anew. Throws where they come from no single layer.
[[nodiscard]] NewClasses with_new_classes(Model source, std::vector<std::string> classes, Initialisation how, std::uint64_t seed);

}  // namespace zf
