#include "core/exchange/onnx_writer.h"

#include <protozero/pbf_writer.hpp>
#include <protozero/varint.hpp>

#include "core/exchange/onnx_tensor.h"
#include "core/io/atomic_file.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

using protozero::pbf_writer;

/// The tag and length of a field whose bytes follow.
std::string field_head(std::uint32_t tag, std::uint64_t length) {
  constexpr std::uint32_t kBytes = 2;  // the wire type of a length and bytes
  std::string head;
  protozero::add_varint_to_buffer(&head, std::uint64_t{tag} << 3 | kBytes);
  protozero::add_varint_to_buffer(&head, length);
  return head;
}

void add_attribute(pbf_writer& node, const Attribute& attribute) {
  constexpr std::int32_t kOneFloat = 1;  // AttributeProto.AttributeType
  constexpr std::int32_t kOneInt = 2;
  constexpr std::int32_t kInts = 7;
  pbf_writer out(node, 5);
  out.add_string(1, attribute.name);
  if (const auto* number = std::get_if<float>(&attribute.value)) {
    out.add_float(2, *number);
    out.add_int32(20, kOneFloat);
  } else if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) {
    out.add_int64(3, *whole);
    out.add_int32(20, kOneInt);
  } else {
    for (const std::int64_t one : std::get<std::vector<std::int64_t>>(attribute.value)) out.add_int64(8, one);
    out.add_int32(20, kInts);
  }
}

std::string model_fields(const ModelWriter::About& about) {
  std::string bytes;
  pbf_writer model(bytes);
  model.add_int64(1, about.ir_version);
  model.add_string(2, about.producer);
  model.add_string(6, about.text);
  {
    pbf_writer opset(model, 8);
    opset.add_string(1, "");
    opset.add_int64(2, about.opset);
  }
  for (const auto& [key, value] : about.metadata) {
    pbf_writer entry(model, 14);
    entry.add_string(1, key);
    entry.add_string(2, value);
  }
  return bytes;
}

}  // namespace

void ModelWriter::add_value(std::uint32_t tag, const std::string& name, const std::vector<std::int64_t>& dims) {
  pbf_writer graph(values_);
  pbf_writer value(graph, tag);
  value.add_string(1, name);
  pbf_writer type(value, 2);
  pbf_writer tensor(type, 1);
  tensor.add_int32(1, kFloat);
  pbf_writer shape(tensor, 2);
  for (std::size_t i = 0; i < dims.size(); ++i) {
    pbf_writer dim(shape, 1);
    if (i == 0) {
      dim.add_string(2, "batch");
    } else {
      dim.add_int64(1, dims[i]);
    }
  }
}

void ModelWriter::input(const std::string& name, const std::vector<std::int64_t>& dims) { add_value(11, name, dims); }

void ModelWriter::output(const std::string& name, const std::vector<std::int64_t>& dims) { add_value(12, name, dims); }

void ModelWriter::node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs, const std::string& output,
                       const std::vector<Attribute>& attributes) {
  pbf_writer graph(nodes_);
  pbf_writer node(graph, 1);
  for (const std::string& input : inputs) node.add_string(1, input);
  node.add_string(2, output);
  node.add_string(3, name);
  node.add_string(4, op);
  for (const Attribute& attribute : attributes) add_attribute(node, attribute);
}

void ModelWriter::add_constant(const std::string& name, const std::vector<std::int64_t>& dims, std::int32_t type,
                               std::span<const std::byte> numbers) {
  Constant constant;
  pbf_writer tensor(constant.head);
  tensor.add_packed_int64(1, dims.begin(), dims.end());
  tensor.add_int32(2, type);
  tensor.add_string(8, name);
  constant.head += field_head(9, numbers.size());
  constant.numbers = numbers;
  constants_.push_back(std::move(constant));
}

void ModelWriter::copy_last() {
  Constant& last = constants_.back();
  last.head.append(reinterpret_cast<const char*>(last.numbers.data()), last.numbers.size());
  last.numbers = {};
}

void ModelWriter::tensor(const std::string& name, const std::vector<std::int64_t>& dims, std::span<const float> values) {
  add_constant(name, dims, kFloat, std::as_bytes(values));
}

void ModelWriter::scalar(const std::string& name, float value) {
  add_constant(name, {}, kFloat, std::as_bytes(std::span(&value, 1)));
  copy_last();
}

void ModelWriter::row(const std::string& name, const std::vector<std::int64_t>& values) {
  add_constant(name, {static_cast<std::int64_t>(values.size())}, kInt64, std::as_bytes(std::span(values)));
  copy_last();
}

std::uint64_t ModelWriter::write(const std::filesystem::path& path, const About& about, std::uint64_t largest) const {
  std::string name;
  pbf_writer(name).add_string(2, graph_name_);
  std::uint64_t graph = nodes_.size() + name.size() + values_.size();
  std::vector<std::string> heads;
  for (const Constant& constant : constants_) {
    const std::uint64_t length = constant.head.size() + std::uint64_t{constant.numbers.size()};
    heads.push_back(field_head(5, length) + constant.head);
    graph += heads.back().size() + std::uint64_t{constant.numbers.size()};
  }
  const std::string head = model_fields(about) + field_head(7, graph);
  const std::uint64_t all = head.size() + graph;
  if (all > largest) fail("{}: expected at most {} bytes, which is all that an ONNX file can hold, found {}", path.string(), largest, all);
  AtomicFile file(path);
  for (const std::string& part : {head, nodes_, name}) file.write(part);
  for (std::size_t i = 0; i < heads.size(); ++i) {
    file.write(heads[i]);
    file.write(constants_[i].numbers);
  }
  file.write(values_);
  file.commit();
  return all;
}

}  // namespace zf::onnx
