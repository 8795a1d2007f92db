#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zf::onnx {

// The messages of an ONNX file (onnx.proto) as plain structs, as far as they matter here.

/// TensorProto: numbers, as they lie in the file, in a typed field or in a file beside it.
struct TensorMessage {
  std::string name;
  std::vector<std::int64_t> dims;
  std::int32_t type = 0;           ///< a DataType
  std::span<const std::byte> raw;  ///< little endian; lies in the file's bytes
  std::vector<float> floats;
  std::vector<double> doubles;
  std::vector<std::int64_t> integers;  ///< of int32_data, which holds halves, too, and of int64_data
  bool external = false;
  std::vector<std::pair<std::string, std::string>> where;  ///< "location", "offset", "length" of what is external
};

struct GraphMessage;

/// AttributeProto
struct AttributeMessage {
  std::string name;
  std::optional<float> number;
  std::optional<std::int64_t> integer;
  std::optional<std::string> text;
  std::vector<float> numbers;
  std::vector<std::int64_t> integers;
  std::vector<TensorMessage> tensor;  ///< one or none
  std::vector<GraphMessage> graph;    ///< one or none: a branch of an If
};

/// NodeProto
struct NodeMessage {
  std::string name;
  std::string op;
  std::string domain;
  std::vector<std::string> inputs;  ///< empty names: left out
  std::vector<std::string> outputs;
  std::vector<AttributeMessage> attributes;
};

/// ValueInfoProto of a tensor.
struct ValueMessage {
  std::string name;
  std::int32_t type = 0;
  bool has_shape = false;
  std::vector<std::int64_t> dims;  ///< -1: unknown until the network runs
};

/// GraphProto
struct GraphMessage {
  std::string name;
  std::vector<NodeMessage> nodes;
  std::vector<TensorMessage> initializers;
  std::vector<ValueMessage> inputs;
  std::vector<ValueMessage> outputs;
};

/// ModelProto
struct FileMessage {
  /// Whether export_onnx() wrote it: nodes are named as our layers, and the metadata says the rest.
  [[nodiscard]] bool is_ours() const;

  std::string name;  ///< of the file, in errors
  std::int64_t opset = 0;
  std::string producer;
  std::map<std::string, std::string> metadata;
  GraphMessage graph;
  std::filesystem::path folder;  ///< of external data; empty where there can be none
  /// Is told of bytes of the file that are not needed for now; may be empty.
  std::function<void(std::span<const std::byte>)> release{};
};

/// Reads a file's bytes, which must outlive what comes back. Throws an Error that starts with `name` where they are cut short, nest
/// too deeply or are no ONNX model.
[[nodiscard]] FileMessage read_onnx(std::span<const std::byte> bytes, const std::string& name, const std::filesystem::path& folder);

/// Reads a TensorProto on its own, as ONNX's test data has them. The bytes must outlive it.
[[nodiscard]] TensorMessage read_onnx_tensor(std::span<const std::byte> bytes, const std::string& name);

}  // namespace zf::onnx
