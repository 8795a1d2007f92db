#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/io/atomic_file.h"
#include "core/io/json_fields.h"
#include "core/io/safetensors.h"
#include "core/tensor/error.h"
#include "core/tensor/half.h"

namespace zf {

namespace {

using nlohmann::json;

void check_tensor(const StoredTensor& tensor, const std::string& file, Precision precision) {
  std::uint64_t elements = 1;
  for (const std::int64_t dim : tensor.dims) elements *= static_cast<std::uint64_t>(dim);
  if (elements == 0 || elements != tensor.values.size()) {
    fail("{}: tensor \"{}\": expected {} values for {} dimensions, found {}", file, tensor.name, elements, tensor.dims.size(),
         tensor.values.size());
  }
  const float limit = precision == Precision::kFloat16 ? kHalfOverflow : std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    if (!(std::abs(tensor.values[i]) < limit)) {
      fail("{}: tensor \"{}\": expected finite values{}, found {} at element {}", file, tensor.name,
           precision == Precision::kFloat16 ? " that float16 can hold" : "", tensor.values[i], i);
    }
  }
}

/// What the header says of one array.
struct Described {
  const std::string* name;
  Precision precision;
  const std::vector<std::int64_t>* dims;
  std::uint64_t bytes;
};

/// The header with its length in front, padded so that the values behind it are aligned.
std::string make_header(const std::string& file, std::span<const Described> arrays, const std::map<std::string, std::string>& metadata) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t at = 0;
  for (const Described& array : arrays) {
    if (array.name->empty() || header.contains(*array.name)) {
      fail("{}: expected tensors of different names, found \"{}\" again", file, *array.name);
    }
    const std::uint64_t end = at + array.bytes;
    header[*array.name] = {{"dtype", dtype_name(array.precision)}, {"shape", *array.dims}, {"data_offsets", {at, end}}};
    at = end;
  }
  constexpr std::size_t kAlignment = 64;
  std::string text = dump_json(header, file);
  text.append(kAlignment - 1 - (text.size() + 8 + kAlignment - 1) % kAlignment, ' ');
  const std::uint64_t bytes = text.size();  // 64 bits where sizes have 32
  std::string length(8, '\0');
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<char>(bytes >> (8 * i) & 0xFF);
  return length + text;
}

void write_halves(AtomicFile& file, std::span<const float> values) {
  constexpr std::size_t kChunk = 1 << 15;
  std::vector<std::uint16_t> chunk(std::min(kChunk, values.size()));
  while (!values.empty()) {
    const std::size_t count = std::min(kChunk, values.size());
    for (std::size_t i = 0; i < count; ++i) chunk[i] = float_to_half(values[i]);
    file.write(std::as_bytes(std::span(chunk).first(count)));
    values = values.subspan(count);
  }
}

}  // namespace

std::vector<std::int64_t> stored_dims(const Shape& shape) {
  if (shape.n == 1 && shape.h == 1 && shape.w == 1) return {shape.c};
  return {shape.n, shape.c, shape.h, shape.w};
}

void write_safetensors(const std::filesystem::path& path, std::span<const StoredTensor> tensors,
                       const std::map<std::string, std::string>& metadata, Precision precision) {
  const std::string name = path.string();
  if (precision != Precision::kFloat32 && precision != Precision::kFloat16) {
    fail("{}: expected float32 or float16 to write, found {}", name, precision == Precision::kBfloat16 ? "bfloat16" : "integers");
  }
  std::vector<Described> described;
  for (const StoredTensor& tensor : tensors) {
    check_tensor(tensor, name, precision);
    described.push_back({&tensor.name, precision, &tensor.dims, bytes_of(precision) * tensor.values.size()});
  }
  AtomicFile file(path);
  file.write(make_header(name, described, metadata));
  for (const StoredTensor& tensor : tensors) {
    if (precision == Precision::kFloat32) {
      file.write(std::as_bytes(tensor.values));
    } else {
      write_halves(file, tensor.values);
    }
  }
  file.commit();
}

void write_arrays(const std::filesystem::path& path, std::span<const StoredArray> arrays,
                  const std::map<std::string, std::string>& metadata) {
  const std::string name = path.string();
  std::vector<Described> described;
  for (const StoredArray& array : arrays) {
    std::uint64_t expected = bytes_of(array.precision);
    for (const std::int64_t dim : array.dims) expected *= static_cast<std::uint64_t>(dim);
    std::uint64_t found = 0;
    for (const auto& part : array.bytes) found += part.size();
    if (expected == 0 || expected != found) fail("{}: tensor \"{}\": expected {} bytes, found {}", name, array.name, expected, found);
    described.push_back({&array.name, array.precision, &array.dims, found});
  }
  AtomicFile file(path);
  file.write(make_header(name, described, metadata));
  for (const StoredArray& array : arrays) {
    for (const auto& part : array.bytes) file.write(part);
  }
  file.commit();
}

}  // namespace zf
