#include "core/exchange/onnx_order.h"

#include <algorithm>
#include <queue>
#include <set>
#include <string_view>
#include <unordered_map>

#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

/// All names that a node reads, its branches' included.
void collect_inputs(const NodeMessage& node, std::vector<const std::string*>& names) {
  for (const std::string& name : node.inputs) names.push_back(&name);
  for (const AttributeMessage& attribute : node.attributes) {
    for (const GraphMessage& graph : attribute.graph) {
      for (const NodeMessage& inner : graph.nodes) collect_inputs(inner, names);
      for (const ValueMessage& output : graph.outputs) names.push_back(&output.name);
    }
  }
}

}  // namespace

std::vector<std::size_t> order_of(const GraphMessage& graph) {
  std::unordered_map<std::string_view, std::size_t> producers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string& name : graph.nodes[i].outputs) {
      if (!name.empty()) producers.emplace(name, i);
    }
  }
  std::vector<std::vector<std::size_t>> readers(graph.nodes.size());
  std::vector<std::size_t> waits(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    std::vector<const std::string*> names;
    collect_inputs(graph.nodes[i], names);
    std::set<std::size_t> needed;
    for (const std::string* name : names) {
      const auto found = producers.find(*name);
      if (found != producers.end()) needed.insert(found->second);
    }
    const bool has_branches = std::any_of(graph.nodes[i].attributes.begin(), graph.nodes[i].attributes.end(),
                                          [](const AttributeMessage& attribute) { return !attribute.graph.empty(); });
    // Branches hold values of their own, which they may call as their node calls its outputs.
    if (has_branches) needed.erase(i);
    waits[i] = needed.size();
    for (const std::size_t before : needed) readers[before].push_back(i);
  }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i] == 0) ready.push(i);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    order.push_back(ready.top());
    ready.pop();
    for (const std::size_t reader : readers[order.back()]) {
      if (--waits[reader] == 0) ready.push(reader);
    }
  }
  if (order.size() != graph.nodes.size()) {
    const auto stuck = std::find_if(waits.begin(), waits.end(), [](std::size_t count) { return count > 0; });
    const NodeMessage& node = graph.nodes[static_cast<std::size_t>(stuck - waits.begin())];
    fail("expected nodes in an order of computation, found a circle through \"{}\" ({})", quotable(node.name), quotable(node.op));
  }
  return order;
}

}  // namespace zf::onnx
