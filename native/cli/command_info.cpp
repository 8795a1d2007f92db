// zfscope info: layers, shapes, parameters, multiply-adds, receptive fields.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/exchange/refused_node.h"
#include "core/io/model.h"
#include "core/nn/receptive_field.h"
#include "core/tensor/error.h"
#include "native/backends/backends.h"
#include "native/cli/command.h"
#include "native/cli/print_json.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

std::string maps(const Shape& shape) { return fmt::format("{}x{}x{}", shape.c, shape.h, shape.w); }

/// "75" where it is square, else "75x91".
std::string span(const Size& size) { return size.h == size.w ? fmt::to_string(size.h) : fmt::format("{}x{}", size.h, size.w); }

/// The names of what a layer reads, where that is not the layer before.
std::vector<std::string> inputs_of(const Network& network, const Layer& layer) {
  std::vector<std::string> names;
  for (const int value : layer.inputs) {
    names.push_back(value == kPicture ? std::string("images") : network.layers[static_cast<std::size_t>(value)].name);
  }
  return names;
}

struct Summary {
  std::vector<Shape> shapes;
  std::vector<LayerCost> costs;
  std::vector<ReceptiveField> fields;
  LayerCost total;
};

Summary summarise(const Network& network) {
  Summary summary{output_shapes(network), costs(network), receptive_fields(network), {}};
  for (const LayerCost& cost : summary.costs) {
    summary.total.parameters += cost.parameters;
    summary.total.multiply_adds += cost.multiply_adds;
  }
  return summary;
}

/// `device` says what would run the model; empty where nobody asked.
void print_layers_json(const Model& model, const Summary& summary, const std::string& device) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < summary.shapes.size(); ++i) {
    const Layer& layer = model.network.layers[i];
    const Shape& shape = summary.shapes[i];
    layers.push_back({{"name", layer.name},
                      {"type", type_name(layer.op)},
                      {"shape", {shape.c, shape.h, shape.w}},
                      {"parameters", summary.costs[i].parameters},
                      {"multiply_adds", summary.costs[i].multiply_adds},
                      {"receptive_field", {summary.fields[i].size.h, summary.fields[i].size.w}},
                      {"step", summary.fields[i].step}});
    if (!layer.inputs.empty()) layers.back()["inputs"] = inputs_of(model.network, layer);
  }
  const Shape& input = model.network.input;
  nlohmann::ordered_json json{
      {"name", model.network.name}, {"input", {input.c, input.h, input.w}},   {"classes", model.classes},
      {"layers", layers},           {"parameters", summary.total.parameters}, {"multiply_adds", summary.total.multiply_adds}};
  if (!device.empty()) json["backend"] = device;
  print_json(json);
}

void print_table(const Model& model, const Summary& summary, const std::string& device) {
  fmt::print("{}: input {}, {} classes\n\n", model.network.name, maps(model.network.input), summary.shapes.back().c);
  std::size_t longest = 8;
  std::size_t longest_type = 9;
  for (const Layer& layer : model.network.layers) {
    longest = std::max(longest, layer.name.size());
    longest_type = std::max(longest_type, type_name(layer.op).size());
  }
  constexpr const char* kRow = "{:<{}} {:<{}} {:>13} {:>12} {:>14} {:>6} {:>5}{}\n";
  fmt::print(kRow, "layer", longest, "type", longest_type, "maps", "parameters", "multiply-adds", "field", "step", "");
  for (std::size_t i = 0; i < summary.shapes.size(); ++i) {
    const Layer& layer = model.network.layers[i];
    const LayerCost& cost = summary.costs[i];
    const ReceptiveField& field = summary.fields[i];
    const bool weighted = has_weights(layer.op);
    fmt::print(kRow, layer.name, longest, type_name(layer.op), longest_type, maps(summary.shapes[i]),
               cost.parameters > 0 ? fmt::to_string(cost.parameters) : "", weighted ? fmt::to_string(cost.multiply_adds) : "",
               span(field.size), field.step,
               layer.inputs.empty() ? "" : fmt::format("  of {}", fmt::join(inputs_of(model.network, layer), ", ")));
  }
  fmt::print("\n{:.2f} M parameters, {:.1f} M multiply-adds an image\n", static_cast<double>(summary.total.parameters) / 1e6,
             static_cast<double>(summary.total.multiply_adds) / 1e6);
  if (!device.empty()) fmt::print("runs on {}\n", device);
}

/// The layers before a node that is refused, and it.
void print_outline(const RefusedNode& refused) {
  std::size_t longest = std::max<std::size_t>(8, refused.node().size());
  for (const auto& layer : refused.before()) longest = std::max(longest, layer.name.size());
  constexpr const char* kRow = "{:<{}} {:<18} {:>13} {:>12}\n";
  fmt::print("input {}\n\n", maps(refused.input()));
  fmt::print(kRow, "layer", longest, "type", "maps", "parameters");
  for (const auto& layer : refused.before()) {
    fmt::print(kRow, layer.name, longest, layer.type, maps(layer.shape), layer.parameters > 0 ? fmt::to_string(layer.parameters) : "");
  }
  fmt::print("{:<{}} {:<18} <- refused\n\n", refused.node(), longest, refused.op());
}

void print_outline_json(const RefusedNode& refused) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const auto& layer : refused.before()) {
    layers.push_back({{"name", layer.name},
                      {"type", layer.type},
                      {"shape", {layer.shape.c, layer.shape.h, layer.shape.w}},
                      {"parameters", layer.parameters}});
  }
  const Shape& input = refused.input();
  const nlohmann::ordered_json json{{"input", {input.c, input.h, input.w}},
                                    {"layers", layers},
                                    {"refused", {{"node", refused.node()}, {"type", refused.op()}, {"why", refused.what()}}}};
  print_json(json);
}

void print_backends(bool json) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const BackendInfo& info : list_backends()) {
    if (json) {
      list.push_back(
          {{"name", info.name}, {"device", info.device}, {"available", info.available}, {"why", info.why}, {"software", info.software}});
    } else {
      fmt::print("{:<10} {}{}\n", info.name, info.available ? info.device : info.why, info.software ? " (software: slower than cpu)" : "");
    }
  }
  if (json) print_json(list);
}

/// Opens the model; of a file with a node that our layers cannot say, prints what comes before that.
Model open_or_outline(const Options& options) {
  try {
    return open_model_to_run(options.model());
  } catch (const RefusedNode& refused) {
    options.json ? print_outline_json(refused) : print_outline(refused);
    throw;
  }
}

}  // namespace

void add_info(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("info", "Layers, shapes, parameters, multiply-adds and receptive fields");
  add_options(*command, *options);
  add_arguments(*command, *options, "nothing else");
  auto backends = std::make_shared<bool>(false);
  command->add_flag("--backends", *backends, "what the other commands can run on here, and why not on the rest");
  command->callback([options, backends, command] {
    const bool chosen = command->count("--backend") + command->count("--threads") > 0;
    if (*backends) {
      if (chosen || !options->arguments.empty()) throw CLI::ValidationError("info: expected --backends alone or with --json, found more");
      return print_backends(options->json);
    }
    if (!options->inputs().empty()) fail("info: expected nothing beside MODEL.safetensors, found {}", options->inputs().front());
    const Model model = open_or_outline(*options);
    const Summary summary = summarise(model.network);
    const std::string device = chosen ? make_backend(options->backend)->description() : std::string();
    options->json ? print_layers_json(model, summary, device) : print_table(model, summary, device);
  });
}

}  // namespace zf::cli
