#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/io/network_json.h"
#include "core/io/safetensors.h"
#include "core/nn/net.h"

namespace zf {

/// A network with all that classifying a photo takes.
struct Model {
  Network network;
  /// "<layer>.weight" as (maps, channels/groups, kernel, kernel) or, of a linear layer, (units, inputs, 1, 1), "<layer>.bias" as
  /// (1, maps, 1, 1), and what else layer_tensors() names.
  Parameters parameters;
  StoredParameters stored{};         ///< in the place of parameters, of a model that open_model() gave
  std::vector<std::string> classes;  ///< one for each logit
  Preprocess preprocess;
  std::map<std::string, std::string> metadata;  ///< of the file, without the network's description
  std::optional<KnownRule> known = std::nullopt;
};

/// Reads a `.safetensors` file and checks every tensor against the network that the file describes: each must be there, of
/// its layer's shape and finite, and no other may. Errors name the file and the tensor.
[[nodiscard]] Model load_model(const std::filesystem::path& path);
/// The same from bytes in memory; `name` stands in errors.
[[nodiscard]] Model parse_model(std::span<const std::byte> bytes, const std::string& name);

/// The same of a file that is open, and whether it has a network's description at all.
[[nodiscard]] Model read_model(SafetensorsReader& reader);
[[nodiscard]] bool has_network(const SafetensorsReader& reader);

/// The same, for running and not for changing: its weights stay as the file stores them, and where `map` is given in the file's memory.
/// Throws where the file's size changes meanwhile; whoever changes it later changes the weights.
[[nodiscard]] Model open_model(const std::filesystem::path& path, const FileMapper& map);

/// The net of a model from either function, whose weights it takes.
[[nodiscard]] std::unique_ptr<Net> take_net(Backend& backend, Model& model);

/// Writes the file as a whole or not at all, after the same checks.
void save_model(const std::filesystem::path& path, const Model& model, Precision precision);

/// What a tensor of a network looks like.
struct ParameterSpec {
  std::string name;
  Shape shape;                          ///< in memory, as Model holds it
  std::vector<std::int64_t> dims;       ///< in a file, as they are written
  std::vector<std::int64_t> conv_dims;  ///< of the convolution that a linear layer is, which are read as well
};
/// The tensors of a network, bottom up.
[[nodiscard]] std::vector<ParameterSpec> parameter_specs(const Network& network);

/// Reads and checks a network's parameters, which must be all of the file's tensors.
[[nodiscard]] Parameters read_parameters(SafetensorsReader& reader, const Network& network);
[[nodiscard]] StoredParameters read_stored_parameters(SafetensorsReader& reader, const Network& network);

}  // namespace zf
