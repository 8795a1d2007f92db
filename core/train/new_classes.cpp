#include "core/train/new_classes.h"

#include <utility>

#include "core/nn/edit.h"

namespace zf {

NewClasses with_new_classes(Model source, std::vector<std::string> classes, Initialisation how, std::uint64_t seed) {
  NewClasses result;
  Model& model = result.model;
  model.network = with_classes(std::move(source.network), static_cast<int>(classes.size()));
  model.classes = std::move(classes);
  model.preprocess = std::move(source.preprocess);
  model.parameters = initialise(model.network, how, seed);
  result.start = warm_start(model.parameters, std::move(source.parameters));
  return result;
}

}  // namespace zf
