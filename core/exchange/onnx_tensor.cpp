#include "core/exchange/onnx_tensor.h"

#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include "core/io/file_error.h"
#include "core/io/quotable.h"
#include "core/tensor/half.h"

namespace zf::onnx {

namespace {

constexpr std::size_t kMaxElements = std::size_t{1} << 29;  // 2 GiB of floats, as in our own files

/// The numbers of `bytes`, each of type From, as To makes them.
template <typename From, typename To>
auto convert(std::span<const std::byte> bytes, std::size_t count, To to) {
  if (bytes.size() != count * sizeof(From))
    fail("expected {} bytes for its {} values, found {}", count * sizeof(From), count, bytes.size());
  std::vector<decltype(to(From{}))> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, bytes.data() + i * sizeof(From), sizeof(From));
    values[i] = to(value);
  }
  return values;
}

template <typename From>
std::vector<std::int64_t> whole(std::span<const std::byte> bytes, std::size_t count) {
  return convert<From>(bytes, count, [](From value) { return static_cast<std::int64_t>(value); });
}

float narrowed(double value) { return static_cast<float>(value); }

std::vector<std::int64_t> whole_from_raw(std::int32_t type, std::span<const std::byte> raw, std::size_t count) {
  switch (type) {
    case kUint8:
    case kBool:
      return whole<std::uint8_t>(raw, count);
    case kInt8:
      return whole<std::int8_t>(raw, count);
    case kUint16:
      return whole<std::uint16_t>(raw, count);
    case kInt16:
      return whole<std::int16_t>(raw, count);
    case kInt32:
      return whole<std::int32_t>(raw, count);
    case kUint32:
      return whole<std::uint32_t>(raw, count);
    default:
      return whole<std::int64_t>(raw, count);
  }
}

std::vector<float> floats_from_raw(std::int32_t type, std::span<const std::byte> raw, std::size_t count) {
  switch (type) {
    case kFloat16:
      return convert<std::uint16_t>(raw, count, half_to_float);
    case kBfloat16:
      return convert<std::uint16_t>(raw, count, bfloat_to_float);
    case kDouble:
      return convert<double>(raw, count, narrowed);
    default:
      return convert<float>(raw, count, [](float value) { return value; });
  }
}

std::vector<float> floats_from_fields(const TensorMessage& tensor) {
  if (tensor.type == kFloat) return tensor.floats;
  std::vector<float> values;
  if (tensor.type == kDouble) {
    for (const double value : tensor.doubles) values.push_back(narrowed(value));
    return values;
  }
  for (const std::int64_t bits : tensor.integers) {
    const auto half = static_cast<std::uint16_t>(bits);
    values.push_back(tensor.type == kFloat16 ? half_to_float(half) : bfloat_to_float(half));
  }
  return values;
}

std::uint64_t number_of(const std::string& text, std::uint64_t otherwise) {
  if (text.empty()) return otherwise;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > (std::uint64_t{1} << 50)) fail("external data: expected whole numbers, found \"{}\"", quotable(text));
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// A file beside the model, never one outside its folder.
std::filesystem::path path_inside(const std::filesystem::path& folder, const std::string& location) {
  const std::filesystem::path relative = std::filesystem::path(location).lexically_normal();
  const bool leaves = relative.empty() || relative.is_absolute() || *relative.begin() == "..";
  if (leaves) fail("external data: expected a file in the model's folder, found \"{}\"", quotable(location));
  if (folder.empty()) fail("external data: expected a model with the file \"{}\" beside it, found one on its own", quotable(location));
  std::error_code error;
  const std::filesystem::path inside = std::filesystem::weakly_canonical(folder, error);
  const std::filesystem::path path = std::filesystem::weakly_canonical(inside / relative, error);
  const std::filesystem::path way = path.lexically_relative(inside);
  if (error || way.empty() || *way.begin() == "..")
    fail("external data: expected a file in the model's folder, found \"{}\"", quotable(location));
  return path;
}

std::vector<std::byte> external_bytes(const TensorMessage& tensor, const std::filesystem::path& folder) {
  std::string location;
  std::string offset;
  std::string length;
  for (const auto& [key, value] : tensor.where) {
    if (key == "location") location = value;
    if (key == "offset") offset = value;
    if (key == "length") length = value;
  }
  const std::filesystem::path path = path_inside(folder, location);
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) file_failed(errno, "external data: {}: cannot be opened", path.string());
  const auto size = static_cast<std::uint64_t>(file.tellg());
  const std::uint64_t from = number_of(offset, 0);
  const std::uint64_t bytes = number_of(length, size > from ? size - from : 0);
  if (from > size || bytes > size - from)
    fail("external data: {}: expected {} bytes from {} on, found {}", path.string(), bytes, from, size);
  std::vector<std::byte> data(static_cast<std::size_t>(bytes));
  file.seekg(static_cast<std::streamoff>(from));
  file.read(reinterpret_cast<char*>(data.data()), static_cast<std::streamsize>(bytes));
  if (!file) file_failed(EIO, "external data: {}: reading failed", path.string());
  return data;
}

}  // namespace

std::string to_string(const Dims& dims) { return fmt::format("({})", fmt::join(dims, ", ")); }

std::size_t count_of(const Dims& dims) {
  std::uint64_t count = 1;
  bool empty = false;
  for (const std::int64_t dim : dims) {
    if (dim < 0) fail("expected dimensions of at least 0, found {}", to_string(dims));
    empty = empty || dim == 0;
    if (dim > 0 && count > std::uint64_t{kMaxElements} / static_cast<std::uint64_t>(dim))
      fail("expected at most {} values, found {}", kMaxElements, to_string(dims));
    if (dim > 0) count *= static_cast<std::uint64_t>(dim);
  }
  return empty ? 0 : static_cast<std::size_t>(count);
}

const std::vector<std::int64_t>& Array::indices() const {
  if (!whole) fail("expected whole numbers, found {} others", size());
  return integers;
}

std::vector<float> Array::values() const {
  if (!whole) return floats;
  std::vector<float> result;
  for (const std::int64_t value : integers) result.push_back(static_cast<float>(value));
  return result;
}

Array whole_array(Dims dims, std::vector<std::int64_t> values) { return {std::move(dims), true, {}, std::move(values)}; }
Array float_array(Dims dims, std::vector<float> values) { return {std::move(dims), false, std::move(values), {}}; }

bool is_whole_type(std::int32_t type) {
  switch (type) {
    case kFloat:
    case kFloat16:
    case kDouble:
    case kBfloat16:
      return false;
    case kUint8:
    case kInt8:
    case kUint16:
    case kInt16:
    case kInt32:
    case kInt64:
    case kBool:
    case kUint32:
    case kUint64:
      return true;
    default:
      fail("expected float, float16, bfloat16, double, whole numbers or booleans, found ONNX's type {}", type);
  }
}

Array decode(const TensorMessage& tensor, const std::filesystem::path& folder) {
  const std::size_t count = count_of(tensor.dims);
  Array array;
  array.dims = tensor.dims;
  array.whole = is_whole_type(tensor.type);
  std::vector<std::byte> beside;
  std::span<const std::byte> raw = tensor.raw;
  if (tensor.external) {
    beside = external_bytes(tensor, folder);
    raw = beside;
  }
  const bool is_raw = tensor.external || !raw.empty();
  if (array.whole) {
    array.integers = is_raw ? whole_from_raw(tensor.type, raw, count) : tensor.integers;
  } else {
    array.floats = is_raw ? floats_from_raw(tensor.type, raw, count) : floats_from_fields(tensor);
  }
  if (array.size() != count) fail("expected {} values for {}, found {}", count, to_string(tensor.dims), array.size());
  return array;
}

}  // namespace zf::onnx
