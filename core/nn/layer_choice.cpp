#include "core/nn/layer_choice.h"

#include <algorithm>

#include "core/tensor/error.h"

namespace zf {

LayerChoice choose_layer(const Network& network, const std::string& text) {
  constexpr std::size_t kDigits = 3;
  const bool number = !text.empty() && text.size() <= kDigits && text.find_first_not_of("0123456789") == std::string::npos;
  const int index = number ? stage_end(network, std::stoi(text)) : find_layer(network, text);
  if (index > logits_layer(network)) fail("expected a layer up to the class scores, such as logits, found {}", text);
  if (!number) return {index, text};
  // The name that a viewer knows this output by.
  std::string shown;
  for (const std::string& name : view_names(network)) {
    if (find_layer(network, name) <= index) shown = name;
  }
  return {index, fmt::format("layer {} ({})", text, shown)};
}

}  // namespace zf
