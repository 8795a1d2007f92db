#pragma once

#include <cstdint>
#include <filesystem>
#include <protozero/pbf_writer.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/network_parts.h"
#include "core/io/atomic_file.h"
#include "tests/io/testing.h"
#include "tests/nn/testing.h"

namespace zf::testing {

inline std::filesystem::path fixture(const std::string& name) { return std::filesystem::path(ZF_FIXTURES) / "exchange" / name; }

/// A file's bytes as text, to be cut and damaged.
inline std::string file_text(const std::filesystem::path& path) { return text_of(read_file(path)); }

/// The network's last output for images x.
inline Tensor output_of(Backend& backend, const NetworkParts& parts, const Tensor& x) {
  const Net net(backend, parts.network, parts.parameters);
  DeviceTensor input;
  Trace trace;
  backend.upload(x, input);
  net.forward(input, trace);
  return backend.download(trace.output(static_cast<int>(parts.network.layers.size()) - 1));
}

/// Writes ONNX messages, right and wrong ones.
class OnnxWriter {
 public:
  OnnxWriter& input(const std::string& name, const std::vector<std::int64_t>& dims) { return value(11, name, dims); }
  OnnxWriter& output(const std::string& name) { return value(12, name, {}); }

  OnnxWriter& floats(const std::string& name, const std::vector<std::int64_t>& dims, const std::vector<float>& values) {
    protozero::pbf_writer tensor(graph_, 5);
    tensor.add_packed_int64(1, dims.begin(), dims.end());
    tensor.add_int32(2, 1);
    tensor.add_packed_float(4, values.begin(), values.end());
    tensor.add_string(8, name);
    return *this;
  }
  OnnxWriter& whole(const std::string& name, const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& values) {
    protozero::pbf_writer tensor(graph_, 5);
    tensor.add_packed_int64(1, dims.begin(), dims.end());
    tensor.add_int32(2, 7);
    tensor.add_packed_int64(7, values.begin(), values.end());
    tensor.add_string(8, name);
    return *this;
  }
  /// Data in a file beside the model.
  OnnxWriter& external(const std::string& name, const std::vector<std::int64_t>& dims, const std::string& location) {
    protozero::pbf_writer tensor(graph_, 5);
    tensor.add_packed_int64(1, dims.begin(), dims.end());
    tensor.add_int32(2, 1);
    tensor.add_string(8, name);
    tensor.add_int32(14, 1);
    protozero::pbf_writer entry(tensor, 13);
    entry.add_string(1, "location");
    entry.add_string(2, location);
    return *this;
  }

  /// Attributes of whole numbers.
  using Attributes = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;
  OnnxWriter& node(const std::string& op, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
                   const Attributes& attributes = {}) {
    protozero::pbf_writer node(graph_, 1);
    for (const std::string& name : inputs) node.add_string(1, name);
    for (const std::string& name : outputs) node.add_string(2, name);
    node.add_string(3, "the " + op);
    node.add_string(4, op);
    for (const auto& [key, values] : attributes) {
      protozero::pbf_writer attribute(node, 5);
      attribute.add_string(1, key);
      if (values.size() == 1) attribute.add_int64(3, values.front());
      for (const std::int64_t one : values) attribute.add_int64(8, one);
    }
    return *this;
  }

  [[nodiscard]] std::string file(std::int64_t opset = 13) {
    std::string bytes;
    protozero::pbf_writer model(bytes);
    model.add_int64(1, 8);
    model.add_string(2, "test");
    model.add_message(7, graph_bytes_);
    protozero::pbf_writer set(model, 8);
    set.add_int64(2, opset);
    return bytes;
  }

 private:
  OnnxWriter& value(std::uint32_t tag, const std::string& name, const std::vector<std::int64_t>& dims) {
    protozero::pbf_writer value(graph_, tag);
    value.add_string(1, name);
    protozero::pbf_writer type(value, 2);
    protozero::pbf_writer tensor(type, 1);
    tensor.add_int32(1, 1);
    if (dims.empty()) return *this;
    protozero::pbf_writer shape(tensor, 2);
    for (const std::int64_t dim : dims) {
      protozero::pbf_writer one(shape, 1);
      if (dim > 0) {
        one.add_int64(1, dim);
      } else {
        one.add_string(2, "open");
      }
    }
    return *this;
  }

  std::string graph_bytes_;
  protozero::pbf_writer graph_{graph_bytes_};
};

inline std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

}  // namespace zf::testing
