#include "core/exchange/onnx_file.h"

#include "core/exchange/protobuf.h"
#include "core/io/network_json.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr int kMaxDepth = 16;         // of graphs in attributes of nodes
constexpr std::size_t kMaxDims = 16;  // of one tensor
constexpr std::size_t kMaxNodes = 200'000;

bool read(pbf_reader& message, std::string& out) {
  if (!is_bytes(message)) return false;
  out = message.get_string();
  return true;
}

bool read(pbf_reader& message, std::int64_t& out) {
  if (!is_varint(message)) return false;
  out = message.get_int64();
  return true;
}

bool read(pbf_reader& message, std::int32_t& out) {
  if (!is_varint(message)) return false;
  out = message.get_int32();
  return true;
}

bool read(pbf_reader& message, std::span<const std::byte>& out) {
  if (!is_bytes(message)) return false;
  const protozero::data_view view = message.get_view();
  out = std::as_bytes(std::span(view.data(), view.size()));
  return true;
}

/// Repeated integers, packed or one by one.
bool append(pbf_reader& message, std::vector<std::int64_t>& out) {
  if (is_varint(message)) {
    out.push_back(message.get_int64());
    return true;
  }
  if (!is_bytes(message)) return false;
  for (const std::int64_t value : message.get_packed_int64()) out.push_back(value);
  return true;
}

bool append(pbf_reader& message, std::vector<float>& out) {
  if (message.wire_type() == pbf_wire_type::fixed32) {
    out.push_back(message.get_float());
    return true;
  }
  if (!is_bytes(message)) return false;
  for (const float value : message.get_packed_float()) out.push_back(value);
  return true;
}

bool append(pbf_reader& message, std::vector<double>& out) {
  if (message.wire_type() == pbf_wire_type::fixed64) {
    out.push_back(message.get_double());
    return true;
  }
  if (!is_bytes(message)) return false;
  for (const double value : message.get_packed_double()) out.push_back(value);
  return true;
}

bool append(pbf_reader& message, std::vector<std::string>& out) {
  if (!is_bytes(message)) return false;
  out.push_back(message.get_string());
  return true;
}

std::pair<std::string, std::string> read_entry(pbf_reader message) {
  std::pair<std::string, std::string> entry;
  each_field(message, [&](auto tag) {
    if (tag == 1) return read(message, entry.first);
    return tag == 2 && read(message, entry.second);
  });
  return entry;
}

TensorMessage read_tensor(pbf_reader message) {
  TensorMessage tensor;
  std::int32_t location = 0;
  each_field(message, [&](auto tag) {
    switch (tag) {
      case 1:
        return append(message, tensor.dims);
      case 2:
        return read(message, tensor.type);
      case 4:
        return append(message, tensor.floats);
      case 5:
      case 7:
        return append(message, tensor.integers);
      case 8:
        return read(message, tensor.name);
      case 9:
        return read(message, tensor.raw);
      case 10:
        return append(message, tensor.doubles);
      case 13:
        if (!is_bytes(message)) return false;
        tensor.where.push_back(read_entry(message.get_message()));
        return true;
      case 14:
        return read(message, location);
      default:
        return false;
    }
  });
  if (tensor.dims.size() > kMaxDims) fail("expected at most {} dimensions, found {}", kMaxDims, tensor.dims.size());
  tensor.external = location == 1;
  return tensor;
}

/// TensorShapeProto.Dimension
std::int64_t read_dim(pbf_reader message) {
  std::int64_t dim = -1;
  each_field(message, [&](auto tag) { return tag == 1 && read(message, dim); });
  return dim > 0 ? dim : -1;
}

/// TypeProto.Tensor
void read_tensor_type(pbf_reader message, ValueMessage& value) {
  each_field(message, [&](auto tag) {
    if (tag == 1) return read(message, value.type);
    if (tag != 2 || !is_bytes(message)) return false;
    value.has_shape = true;
    pbf_reader shape = message.get_message();
    each_field(shape, [&](auto inner) {
      if (inner != 1 || !is_bytes(shape)) return false;
      value.dims.push_back(read_dim(shape.get_message()));
      if (value.dims.size() > kMaxDims) fail("expected at most {} dimensions, found more", kMaxDims);
      return true;
    });
    return true;
  });
}

ValueMessage read_value(pbf_reader message) {
  ValueMessage value;
  each_field(message, [&](auto tag) {
    if (tag == 1) return read(message, value.name);
    if (tag != 2 || !is_bytes(message)) return false;
    pbf_reader type = message.get_message();
    each_field(type, [&](auto inner) {
      if (inner != 1 || !is_bytes(type)) return false;
      read_tensor_type(type.get_message(), value);
      return true;
    });
    return true;
  });
  return value;
}

GraphMessage read_graph(pbf_reader message, int depth);

AttributeMessage read_attribute(pbf_reader message, int depth) {
  AttributeMessage attribute;
  each_field(message, [&](auto tag) {
    switch (tag) {
      case 1:
        return read(message, attribute.name);
      case 2:
        if (message.wire_type() != pbf_wire_type::fixed32) return false;
        attribute.number = message.get_float();
        return true;
      case 3:
        return read(message, attribute.integer.emplace());
      case 4:
        return read(message, attribute.text.emplace());
      case 5:
        if (!is_bytes(message)) return false;
        attribute.tensor.assign(1, read_tensor(message.get_message()));
        return true;
      case 6:
        if (!is_bytes(message)) return false;
        attribute.graph.assign(1, read_graph(message.get_message(), depth + 1));
        return true;
      case 7:
        return append(message, attribute.numbers);
      case 8:
        return append(message, attribute.integers);
      default:
        return false;
    }
  });
  return attribute;
}

NodeMessage read_node(pbf_reader message, int depth) {
  NodeMessage node;
  each_field(message, [&](auto tag) {
    switch (tag) {
      case 1:
        return append(message, node.inputs);
      case 2:
        return append(message, node.outputs);
      case 3:
        return read(message, node.name);
      case 4:
        return read(message, node.op);
      case 5:
        if (!is_bytes(message)) return false;
        node.attributes.push_back(read_attribute(message.get_message(), depth));
        return true;
      case 7:
        return read(message, node.domain);
      default:
        return false;
    }
  });
  return node;
}

GraphMessage read_graph(pbf_reader message, int depth) {
  if (depth > kMaxDepth) fail("expected graphs within nodes at most {} deep", kMaxDepth);
  GraphMessage graph;
  each_field(message, [&](auto tag) {
    if (tag == 2) return read(message, graph.name);
    if ((tag != 1 && tag != 5 && tag != 11 && tag != 12) || !is_bytes(message)) return false;
    const pbf_reader part = message.get_message();
    if (tag == 1) graph.nodes.push_back(read_node(part, depth));
    if (tag == 5) graph.initializers.push_back(read_tensor(part));
    if (tag == 11) graph.inputs.push_back(read_value(part));
    if (tag == 12) graph.outputs.push_back(read_value(part));
    if (graph.nodes.size() > kMaxNodes) fail("expected at most {} nodes, found more", kMaxNodes);
    return true;
  });
  return graph;
}

/// OperatorSetIdProto: gives the version of ONNX's own operators.
void read_opset(pbf_reader message, std::int64_t& opset) {
  std::string domain;
  std::int64_t version = 0;
  each_field(message, [&](auto tag) {
    if (tag == 1) return read(message, domain);
    return tag == 2 && read(message, version);
  });
  if (domain.empty() || domain == "ai.onnx") opset = version;
}

}  // namespace

bool FileMessage::is_ours() const { return metadata.count(kDescriptionKey) > 0; }

TensorMessage read_onnx_tensor(std::span<const std::byte> bytes, const std::string& name) {
  try {
    return read_tensor(reader_of(bytes));
  } catch (const protozero::exception& error) {
    fail("{}: expected a tensor of ONNX, found bytes that are cut short or something else ({})", name, error.what());
  }
}

FileMessage read_onnx(std::span<const std::byte> bytes, const std::string& name, const std::filesystem::path& folder) {
  FileMessage file;
  file.name = name;
  file.folder = folder;
  bool found = false;
  try {
    pbf_reader message = reader_of(bytes);
    each_field(message, [&](auto tag) {
      if (tag == 2) return read(message, file.producer);
      if ((tag != 7 && tag != 8 && tag != 14) || !is_bytes(message)) return false;
      if (tag == 14) file.metadata.insert(read_entry(message.get_message()));
      if (tag == 8) read_opset(message.get_message(), file.opset);
      if (tag == 7) file.graph = read_graph(message.get_message(), 0);
      found = found || tag == 7;
      return true;
    });
  } catch (const protozero::exception& error) {
    fail("{}: expected an ONNX model, found bytes that are cut short or something else ({})", name, error.what());
  } catch (const Error& error) {
    fail("{}: {}", name, error.what());
  }
  if (!found) fail("{}: expected an ONNX model, found no graph", name);
  return file;
}

}  // namespace zf::onnx
