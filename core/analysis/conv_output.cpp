#include "core/analysis/conv_output.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "core/tensor/error.h"

namespace zf {

std::vector<ConvOutput> conv_outputs(const Network& network, std::span<const std::string> names) {
  const std::vector<Shape> shapes = output_shapes(network);
  const std::vector<ReceptiveField> fields = receptive_fields(network);
  std::vector<ConvOutput> all;
  std::vector<std::string> known;
  for (const Layer& layer : network.layers) {
    if (!std::holds_alternative<ConvLayer>(layer.op)) continue;
    const int index = find_layer(network, layer.name);
    const auto at = static_cast<std::size_t>(index);
    all.push_back({layer.name, index, shapes[at], fields[at]});
    known.push_back(layer.name);
  }
  if (all.empty()) fail("network {}: expected conv layers, found none", network.name);
  if (names.empty()) return all;
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      fail("expected conv layers among {}, found {}", fmt::join(known, ", "), name);
    }
    if (std::count(names.begin(), names.end(), name) > 1) fail("expected each layer once, found {} again", name);
  }
  const auto is_unwanted = [&](const ConvOutput& output) { return std::find(names.begin(), names.end(), output.name) == names.end(); };
  all.erase(std::remove_if(all.begin(), all.end(), is_unwanted), all.end());
  return all;
}

}  // namespace zf
