#include "core/io/model.h"

#include <set>

#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr const char* kDescriptionKey = "zfscope.network";

std::string dims_text(std::span<const std::int64_t> dims) { return fmt::format("({})", fmt::join(dims, ", ")); }

bool is_accepted(const std::vector<std::int64_t>& found, const ParameterSpec& spec) {
  if (found == spec.dims || found == spec.conv_dims) return true;
  return spec.dims.size() == 2 && found == std::vector<std::int64_t>{spec.dims[0], spec.dims[1], 1, 1};
}

/// Throws where the file lacks a tensor, has another or one of another shape.
void check_entries(const SafetensorsReader& reader, std::span<const ParameterSpec> specs) {
  std::set<std::string_view> expected;
  for (const ParameterSpec& spec : specs) {
    expected.insert(spec.name);
    const auto found = reader.entries().find(spec.name);
    if (found == reader.entries().end())
      fail("{}: expected a tensor \"{}\" {}, found none", reader.name(), spec.name, dims_text(spec.dims));
    if (!is_accepted(found->second.dims, spec)) {
      fail("{}: tensor \"{}\": expected the shape {}, found {}", reader.name(), spec.name, dims_text(spec.dims),
           dims_text(found->second.dims));
    }
  }
  for (const auto& [name, entry] : reader.entries()) {
    if (expected.count(name) == 0) {
      fail("{}: expected only tensors of the network's layers, found \"{}\" {}", reader.name(), quotable(name), dims_text(entry.dims));
    }
  }
}

/// The tensors of `parameters` in the order of `specs`; throws where one is missing, left over or of another size.
std::vector<StoredTensor> stored_tensors(const Parameters& parameters, std::span<const ParameterSpec> specs, const std::string& where) {
  std::vector<StoredTensor> tensors;
  for (const ParameterSpec& spec : specs) {
    const auto found = parameters.find(spec.name);
    if (found == parameters.end()) fail("{}: expected a parameter \"{}\", found none", where, spec.name);
    const Tensor& tensor = found->second;
    if (tensor.size() != spec.shape.size() || tensor.shape().n != spec.shape.n) {
      fail("{}: parameter \"{}\": expected the shape {}, found {}", where, spec.name, to_string(spec.shape), to_string(tensor.shape()));
    }
    tensors.push_back({spec.name, spec.dims, tensor.values()});
  }
  if (parameters.size() != specs.size()) fail("{}: expected {} parameters, found {}", where, specs.size(), parameters.size());
  return tensors;
}

Model read_model(SafetensorsReader& reader) {
  Model model;
  model.metadata = reader.metadata();
  const auto text = model.metadata.find(kDescriptionKey);
  if (text == model.metadata.end()) {
    fail("{}: expected a network's description under \"{}\" in the metadata, found none: no zfscope model", reader.name(), kDescriptionKey);
  }
  Description description = parse_description(text->second, reader.name());
  model.metadata.erase(text);
  model.network = std::move(description.network);
  model.classes = std::move(description.classes);
  model.preprocess = std::move(description.preprocess);
  model.known = description.known;
  model.parameters = read_parameters(reader, model.network);
  return model;
}

}  // namespace

Model load_model(const std::filesystem::path& path) {
  SafetensorsReader reader(path);
  return read_model(reader);
}

Model parse_model(std::span<const std::byte> bytes, const std::string& name) {
  SafetensorsReader reader(bytes, name);
  return read_model(reader);
}

void save_model(const std::filesystem::path& path, const Model& model, Precision precision) {
  const std::string where = path.string();
  const Description description{model.network, model.classes, model.preprocess, model.known};
  check(description, where);
  std::map<std::string, std::string> metadata = model.metadata;
  metadata[kDescriptionKey] = write_description(description);
  write_safetensors(path, stored_tensors(model.parameters, parameter_specs(model.network), where), metadata, precision);
}

std::vector<ParameterSpec> parameter_specs(const Network& network) {
  const std::vector<Shape> shapes = output_shapes(network);
  std::vector<ParameterSpec> specs;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (!has_weights(layer.op)) continue;
    const Shape weight = weight_shape(layer.op, i == 0 ? network.input : shapes[i - 1]);
    const std::vector<std::int64_t> conv_dims = {weight.n, weight.c, weight.h, weight.w};
    if (std::holds_alternative<LinearLayer>(layer.op)) {
      const auto inputs = static_cast<int>(weight.item());
      specs.push_back({layer.name + ".weight", {weight.n, inputs, 1, 1}, {weight.n, inputs}, conv_dims});
    } else {
      specs.push_back({layer.name + ".weight", weight, conv_dims, conv_dims});
    }
    specs.push_back({layer.name + ".bias", {1, weight.n, 1, 1}, {weight.n}, {weight.n}});
  }
  return specs;
}

Parameters read_parameters(SafetensorsReader& reader, const Network& network) {
  const std::vector<ParameterSpec> specs = parameter_specs(network);
  check_entries(reader, specs);
  Parameters parameters;
  for (const ParameterSpec& spec : specs) {
    Tensor tensor = reader.read(spec.name);
    tensor.reshape(spec.shape);
    parameters.emplace(spec.name, std::move(tensor));
  }
  return parameters;
}

}  // namespace zf
