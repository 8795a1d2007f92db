#include "core/io/model.h"

#include <set>
#include <utility>

#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

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
    if (found->second.precision == Precision::kFloat64) {
      fail("{}: tensor \"{}\": expected dtype F32, F16 or BF16, found F64", reader.name(), spec.name);
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

/// Files hold a value a map as a row, and a linear layer's weights as a matrix.
ParameterSpec parameter_spec(const Layer& layer, const LayerTensor& tensor) {
  const std::string name = layer.name + "." + tensor.role;
  const Shape& shape = tensor.shape;
  const bool filters = has_weights(layer.op) && tensor.role == std::string_view("weight");
  if (!filters) {
    const std::vector<std::int64_t> row = {static_cast<std::int64_t>(shape.size())};
    return {name, shape, row, row};
  }
  const std::vector<std::int64_t> conv_dims = {shape.n, shape.c, shape.h, shape.w};
  if (!std::holds_alternative<LinearLayer>(layer.op)) return {name, shape, conv_dims, conv_dims};
  const auto inputs = static_cast<int>(shape.item());
  return {name, {shape.n, inputs, 1, 1}, {shape.n, inputs}, conv_dims};
}

/// `read(name)` of each of a network's tensors.
template <typename Tensors, typename Read>
Tensors read_all(const SafetensorsReader& reader, const Network& network, const Read& read) {
  const std::vector<ParameterSpec> specs = parameter_specs(network);
  check_entries(reader, specs);
  Tensors tensors;
  for (const ParameterSpec& spec : specs) {
    auto tensor = read(spec.name);
    tensor.reshape(spec.shape);
    tensors.emplace(spec.name, std::move(tensor));
  }
  return tensors;
}

/// All but the weights.
Model read_outline(const SafetensorsReader& reader) {
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
  return model;
}

Model read_as_stored(SafetensorsReader& reader) {
  Model model = read_outline(reader);
  model.stored = read_stored_parameters(reader, model.network);
  return model;
}

}  // namespace

bool has_network(const SafetensorsReader& reader) { return reader.metadata().contains(kDescriptionKey); }

Model read_model(SafetensorsReader& reader) {
  Model model = read_outline(reader);
  model.parameters = read_parameters(reader, model.network);
  return model;
}

Model load_model(const std::filesystem::path& path) {
  SafetensorsReader reader(path);
  return read_model(reader);
}

Model parse_model(std::span<const std::byte> bytes, const std::string& name) {
  SafetensorsReader reader(bytes, name);
  return read_model(reader);
}

Model open_model(const std::filesystem::path& path, const FileMapper& map) {
  if (!map) {
    SafetensorsReader reader(path);
    return read_as_stored(reader);
  }
  const std::shared_ptr<const MappedFile> file = map(path);
  SafetensorsReader reader(file, path.string());
  Model model = read_as_stored(reader);
  file->check();
  return model;
}

std::unique_ptr<Net> take_net(Backend& backend, Model& model) {
  if (model.stored.empty()) return std::make_unique<Net>(backend, model.network, std::exchange(model.parameters, {}));
  return std::make_unique<Net>(backend, model.network, std::exchange(model.stored, {}));
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
  const std::vector<Shape> inputs = input_shapes(network);
  std::vector<ParameterSpec> specs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Layer& layer = network.layers[i];
    for (const LayerTensor& tensor : layer_tensors(layer.op, inputs[i])) specs.push_back(parameter_spec(layer, tensor));
  }
  return specs;
}

Parameters read_parameters(SafetensorsReader& reader, const Network& network) {
  return read_all<Parameters>(reader, network, [&](const std::string& name) { return reader.read(name); });
}

StoredParameters read_stored_parameters(SafetensorsReader& reader, const Network& network) {
  return read_all<StoredParameters>(reader, network, [&](const std::string& name) { return reader.read_stored(name); });
}

}  // namespace zf
