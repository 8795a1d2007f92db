#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace zf::onnx {

/// An attribute of a node.
struct Attribute {
  std::string name;
  std::variant<std::int64_t, float, std::vector<std::int64_t>> value;
};

/// Writes a ModelProto. The numbers of tensors go from where they lie into the file, so that a model is not in memory twice.
class ModelWriter {
 public:
  explicit ModelWriter(std::string graph_name) : graph_name_(std::move(graph_name)) {}

  /// An input or output of float32; of its dimensions the first is left open.
  void input(const std::string& name, const std::vector<std::int64_t>& dims);
  void output(const std::string& name, const std::vector<std::int64_t>& dims);
  void node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs, const std::string& output,
            const std::vector<Attribute>& attributes = {});
  /// A constant of float32. The values must outlive the writer.
  void tensor(const std::string& name, const std::vector<std::int64_t>& dims, std::span<const float> values);
  /// A constant number, and a row of whole numbers.
  void scalar(const std::string& name, float value);
  void row(const std::string& name, const std::vector<std::int64_t>& values);

  struct About {
    std::int64_t ir_version = 0;
    std::int64_t opset = 0;
    std::string producer;
    std::string text;
    std::vector<std::pair<std::string, std::string>> metadata;
  };
  /// Writes the file as a whole or not at all; gives its bytes. Throws where they are more than `largest`.
  std::uint64_t write(const std::filesystem::path& path, const About& about, std::uint64_t largest) const;

 private:
  /// A tensor's message: bytes, then its numbers.
  struct Constant {
    std::string head;
    std::span<const std::byte> numbers;
  };
  void add_value(std::uint32_t tag, const std::string& name, const std::vector<std::int64_t>& dims);
  void add_constant(const std::string& name, const std::vector<std::int64_t>& dims, std::int32_t type, std::span<const std::byte> numbers);
  /// Of numbers that do not outlive the call.
  void copy_last();

  std::string graph_name_;
  std::string nodes_;   ///< fields of the graph's message
  std::string values_;  ///< inputs and outputs, likewise
  std::vector<Constant> constants_;
};

}  // namespace zf::onnx
