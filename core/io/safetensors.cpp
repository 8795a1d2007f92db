#include "core/io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/io/file_error.h"
#include "core/io/json_fields.h"
#include "core/tensor/error.h"
#include "core/tensor/half.h"

namespace zf {

namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in memory");

using nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 1 << 24;
constexpr std::size_t kMaxDims = 4;
constexpr std::uint64_t kMaxNumbers = 1U << 29U;              // of a tensor that is read whole: 2 GiB of floats
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 40U;  // of one that is read in parts
constexpr std::string_view kMetadata = "__metadata__";

std::optional<Precision> precision_of(const std::string& dtype) {
  for (const Precision precision : {Precision::kFloat32, Precision::kFloat16, Precision::kBfloat16, Precision::kInt32, Precision::kUint8,
                                    Precision::kFloat64, Precision::kInt64, Precision::kBool}) {
    if (dtype == dtype_name(precision)) return precision;
  }
  return std::nullopt;
}

/// "conv1.weight" of the file, as a header describes it.
class EntryParser {
 public:
  EntryParser(const std::string& file, const std::string& tensor, const json& fields)
      : where_(fmt::format("{}: tensor \"{}\"", file, quotable(tensor))), fields_(fields) {}

  [[nodiscard]] SafetensorsReader::Entry parse() const {
    if (!fields_.is_object() || fields_.size() != 3) fail("{}: expected dtype, shape and data_offsets", where_);
    SafetensorsReader::Entry entry;
    const json& dtype = field("dtype");
    const std::optional<Precision> precision = dtype.is_string() ? precision_of(dtype.get<std::string>()) : std::nullopt;
    if (!precision)
      fail("{}: expected dtype F32, F16, BF16, F64, I32, I64, U8 or BOOL, found {}", where_, quotable(dtype.dump(-1, ' ', true)));
    entry.precision = *precision;

    const json& shape = field("shape");
    if (!shape.is_array() || shape.size() > kMaxDims) fail("{}: expected a shape of at most {} dimensions", where_, kMaxDims);
    std::uint64_t elements = 1;
    const std::uint64_t most = entry.precision == Precision::kUint8 ? kMaxBytes : kMaxNumbers;
    for (const json& dim : shape) {
      const std::uint64_t value = whole_number(dim, "dimensions");
      if (value < 1 || value > most) fail("{}: expected dimensions of 1 to {}, found {}", where_, most, value);
      if (value > most / elements) fail("{}: expected at most {} elements, found more", where_, most);
      elements *= value;
      entry.dims.push_back(static_cast<std::int64_t>(value));
    }

    const json& offsets = field("data_offsets");
    if (!offsets.is_array() || offsets.size() != 2) fail("{}: expected two data_offsets", where_);
    entry.begin = whole_number(offsets[0], "data_offsets");
    entry.end = whole_number(offsets[1], "data_offsets");
    const std::uint64_t expected = elements * bytes_of(entry.precision);
    if (entry.end < entry.begin || entry.end - entry.begin != expected) {
      fail("{}: expected {} bytes, found offsets {} to {}", where_, expected, entry.begin, entry.end);
    }
    return entry;
  }

 private:
  [[nodiscard]] const json& field(const char* key) const {
    const auto found = fields_.find(key);
    if (found == fields_.end()) fail("{}: expected {}, found none", where_, key);
    return *found;
  }
  [[nodiscard]] std::uint64_t whole_number(const json& value, const char* what) const {
    if (!value.is_number_unsigned())
      fail("{}: expected {} that are whole numbers, found {}", where_, what, quotable(value.dump(-1, ' ', true)));
    return value.get<std::uint64_t>();
  }

  std::string where_;
  const json& fields_;
};

/// The format has no gaps: each tensor begins where the one before it ends, the first at 0, and the last ends the file.
void check_layout(const std::map<std::string, SafetensorsReader::Entry>& entries, std::uint64_t available, const std::string& name) {
  std::vector<std::pair<const std::string*, const SafetensorsReader::Entry*>> order;
  for (const auto& [tensor, entry] : entries) order.emplace_back(&tensor, &entry);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second->begin < b.second->begin; });
  std::uint64_t end = 0;
  for (const auto& [tensor, entry] : order) {
    if (entry->begin != end) {
      fail("{}: tensor \"{}\": expected to begin at byte {}, found {}: it {}", name, quotable(*tensor), end, entry->begin,
           entry->begin < end ? "overlaps another" : "leaves a gap");
    }
    end = entry->end;
    if (end > available) {
      fail("{}: tensor \"{}\": expected to end within {} bytes of values, found byte {}: the file is cut short", name, quotable(*tensor),
           available, end);
    }
  }
  if (end != available) fail("{}: expected {} bytes of values, found {}", name, end, available);
}

/// How values lie in memory that need no conversion to be weights.
std::optional<StoredAs> stored_as(Precision precision) {
  if (precision == Precision::kFloat32) return StoredAs::kFloat32;
  if (precision == Precision::kFloat16) return StoredAs::kFloat16;
  if (precision == Precision::kBfloat16) return StoredAs::kBfloat16;
  return std::nullopt;
}

/// The shape of at most four dimensions that are not three.
Shape shape_of(const SafetensorsReader::Entry& entry) {
  const auto dim = [&](std::size_t i) { return i < entry.dims.size() ? static_cast<int>(entry.dims[i]) : 1; };
  return entry.dims.size() == 1 ? Shape{1, dim(0), 1, 1} : Shape{dim(0), dim(1), dim(2), dim(3)};
}

/// Whether all numbers are finite, which have 16 bits of which `exponent` are the exponent's.
bool all_finite(const std::byte* bytes, std::size_t count, std::uint32_t exponent) {
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t value = 0;
    std::memcpy(&value, bytes + i * sizeof value, sizeof value);
    found |= (value & exponent) == exponent ? 1U : 0U;
  }
  return found == 0;
}

bool all_finite(const StoredWeights& weights) {
  const std::size_t count = weights.shape().size();
  if (weights.stored_as() == StoredAs::kFloat16) return all_finite(weights.bytes(), count, 0x7C00U);
  if (weights.stored_as() == StoredAs::kBfloat16) return all_finite(weights.bytes(), count, 0x7F80U);
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t value = 0;
    std::memcpy(&value, weights.bytes() + i * sizeof value, sizeof value);
    found |= is_finite_bits(value) ? 0U : 1U;
  }
  return found == 0;
}

/// The first element that is NaN or infinite; values.size() where none is. Looks at all before it searches, in vectors.
std::size_t first_not_finite(std::span<const float> values) {
  std::uint32_t found = 0;
  for (const float value : values) found |= is_finite_bits(bits_of(value)) ? 0U : 1U;
  if (found == 0) return values.size();
  const auto is_bad = [](float value) { return !is_finite_bits(bits_of(value)); };
  return static_cast<std::size_t>(std::find_if(values.begin(), values.end(), is_bad) - values.begin());
}

/// Infinite where a float holds no such number.
float to_float(double value) {
  return std::abs(value) <= double{std::numeric_limits<float>::max()} ? static_cast<float>(value) : float_of(0x7F800000U);
}

}  // namespace

std::string_view dtype_name(Precision precision) {
  constexpr std::array<std::string_view, 8> kNames = {"F32", "F16", "BF16", "I32", "U8", "F64", "I64", "BOOL"};
  return kNames.at(static_cast<std::size_t>(precision));
}

std::uint64_t bytes_of(Precision precision) {
  constexpr std::array<std::uint64_t, 8> kBytes = {4, 2, 2, 4, 1, 8, 8, 1};
  return kBytes.at(static_cast<std::size_t>(precision));
}

bool is_floating(Precision precision) {
  constexpr std::array<bool, 8> kFloating = {true, true, true, false, false, true, false, false};
  return kFloating.at(static_cast<std::size_t>(precision));
}

/// Bytes that can be read from any place.
class SafetensorsReader::Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// The caller stays within size().
  virtual void read(std::uint64_t at, std::span<std::byte> bytes) = 0;
};

class SafetensorsReader::FileSource : public Source {
 public:
  explicit FileSource(const std::filesystem::path& path) : path_(path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) file_failed(ENOENT, "{}: expected a model file, found nothing", path.string());
    if (!std::filesystem::is_regular_file(path, error))
      file_failed(EISDIR, "{}: expected a model file, found a folder or device", path.string());
    size_ = std::filesystem::file_size(path, error);
    file_.reset(std::fopen(path.c_str(), "rb"));
    if (error || !file_) file_failed(error ? error.value() : errno, "{}: cannot be read", path.string());
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  void read(std::uint64_t at, std::span<std::byte> bytes) override {
    const bool placed = at == at_ || fseeko(file_.get(), static_cast<off_t>(at), SEEK_SET) == 0;
    if (!placed || std::fread(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
      file_failed(EIO, "{}: reading {} bytes at {} failed", path_.string(), bytes.size(), at);
    }
    at_ = at + bytes.size();
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t size_ = 0;
  std::uint64_t at_ = 0;  ///< where the next byte comes from
};

class SafetensorsReader::MemorySource : public Source {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  void read(std::uint64_t at, std::span<std::byte> bytes) override {
    if (!bytes.empty()) std::memcpy(bytes.data(), bytes_.data() + at, bytes.size());
  }

 private:
  std::span<const std::byte> bytes_;
};

SafetensorsReader::SafetensorsReader(const std::filesystem::path& path)
    : name_(path.string()), source_(std::make_unique<FileSource>(path)) {
  read_header();
}

SafetensorsReader::SafetensorsReader(std::span<const std::byte> bytes, std::string name)
    : name_(std::move(name)), source_(std::make_unique<MemorySource>(bytes)) {
  read_header();
}

SafetensorsReader::SafetensorsReader(std::shared_ptr<const MappedFile> file, std::string name)
    : name_(std::move(name)), source_(std::make_unique<MemorySource>(file->bytes())), mapped_(std::move(file)) {
  read_header();
}

SafetensorsReader::~SafetensorsReader() = default;

void SafetensorsReader::read_header() {
  const std::uint64_t size = source_->size();
  if (size < kLengthBytes) fail("{}: expected a safetensors file, found {} bytes", name_, size);
  std::uint64_t length = 0;
  source_->read(0, std::as_writable_bytes(std::span(&length, 1)));
  const std::uint64_t longest = std::min(kMaxHeader, size - kLengthBytes);
  if (length > longest) fail("{}: expected a safetensors header of at most {} bytes, found a length of {}", name_, longest, length);
  data_begin_ = kLengthBytes + length;

  std::string text(static_cast<std::size_t>(length), '\0');
  source_->read(kLengthBytes, std::as_writable_bytes(std::span(text)));
  constexpr int kDepth = 3;  // entries, their fields, dims
  const json header = parse_json(text, name_ + ": safetensors header", kDepth);
  if (!header.is_object()) fail("{}: safetensors header: expected an object, found {}", name_, header.type_name());
  for (const auto& [key, value] : header.items()) {
    if (key != kMetadata) {
      entries_.emplace(key, EntryParser(name_, key, value).parse());
      continue;
    }
    if (!value.is_object()) fail("{}: {}: expected an object, found {}", name_, kMetadata, value.type_name());
    for (const auto& [meta, string] : value.items()) {
      if (!string.is_string()) fail("{}: {}: expected strings, found {} for \"{}\"", name_, kMetadata, string.type_name(), quotable(meta));
      metadata_.emplace(meta, string.get<std::string>());
    }
  }
  check_layout(entries_, size - data_begin_, name_);
}

void SafetensorsReader::read_floats(const Entry& entry, std::span<float> values) {
  const std::uint64_t at = data_begin_ + entry.begin;
  if (entry.precision == Precision::kFloat32) {
    source_->read(at, std::as_writable_bytes(values));
    return;
  }
  // In a browser every read is a message to another thread.
  constexpr std::size_t kChunk = 1 << 20;
  if (entry.precision == Precision::kFloat64) {
    std::vector<double> chunk(std::min(kChunk, values.size()));
    for (std::size_t done = 0; done < values.size(); done += kChunk) {
      const auto part = std::span(chunk).first(std::min(kChunk, values.size() - done));
      source_->read(at + done * sizeof(double), std::as_writable_bytes(part));
      std::transform(part.begin(), part.end(), values.begin() + static_cast<std::ptrdiff_t>(done), to_float);
    }
    return;
  }
  std::vector<std::uint16_t> chunk(std::min(kChunk, values.size()));
  for (std::size_t done = 0; done < values.size(); done += kChunk) {
    const std::size_t count = std::min(kChunk, values.size() - done);
    source_->read(at + done * sizeof(std::uint16_t), std::as_writable_bytes(std::span(chunk).first(count)));
    float* const out = values.data() + done;
    if (entry.precision == Precision::kFloat16) {
      for (std::size_t i = 0; i < count; ++i) out[i] = half_to_float(chunk[i]);
    } else {
      for (std::size_t i = 0; i < count; ++i) out[i] = bfloat_to_float(chunk[i]);
    }
  }
}

Tensor SafetensorsReader::read(const std::string& tensor) {
  const auto found = entries_.find(tensor);
  if (found == entries_.end()) fail("{}: expected a tensor \"{}\", found none of that name", name_, tensor);
  const Entry& entry = found->second;
  if (!is_floating(entry.precision)) {
    fail("{}: tensor \"{}\": expected dtype F32, F16, BF16 or F64, found {}", name_, tensor, dtype_name(entry.precision));
  }
  if (entry.dims.size() == 3) fail("{}: tensor \"{}\": expected 1, 2 or 4 dimensions, found 3", name_, tensor);
  Tensor result = Tensor::uninitialised(shape_of(entry));
  read_floats(entry, result.values());
  const std::size_t bad = first_not_finite(result.values());
  if (bad < result.size()) {
    fail("{}: tensor \"{}\": expected finite values, found {} at element {}", name_, tensor, result.data()[bad], bad);
  }
  return result;
}

StoredWeights SafetensorsReader::read_stored(const std::string& tensor) {
  const auto found = entries_.find(tensor);
  const std::optional<StoredAs> stored = found == entries_.end() ? std::nullopt : stored_as(found->second.precision);
  if (!stored || found->second.dims.size() == 3) return StoredWeights(read(tensor));
  const Entry& entry = found->second;
  const std::uint64_t at = data_begin_ + entry.begin;
  const auto size = static_cast<std::size_t>(entry.end - entry.begin);
  std::byte* bytes = nullptr;
  std::shared_ptr<const void> owner = mapped_;
  if (mapped_ != nullptr) {
    bytes = mapped_->bytes().subspan(static_cast<std::size_t>(at), size).data();
  } else {
    const auto buffer = std::make_shared<AlignedBuffer>(size);
    source_->read(at, {buffer->data(), size});
    bytes = buffer->data();
    owner = buffer;
  }
  StoredWeights weights(shape_of(entry), *stored, bytes, std::move(owner));
  if (!all_finite(weights)) return StoredWeights(read(tensor));
  return weights;
}

const SafetensorsReader::Entry& SafetensorsReader::find(const std::string& tensor, Precision precision) const {
  const auto found = entries_.find(tensor);
  if (found == entries_.end()) fail("{}: expected a tensor \"{}\", found none of that name", name_, tensor);
  if (found->second.precision != precision) {
    fail("{}: tensor \"{}\": expected dtype {}, found {}", name_, tensor, dtype_name(precision), dtype_name(found->second.precision));
  }
  return found->second;
}

std::vector<std::int32_t> SafetensorsReader::read_integers(const std::string& tensor) {
  const Entry& entry = find(tensor, Precision::kInt32);
  std::vector<std::int32_t> values(static_cast<std::size_t>(entry.end - entry.begin) / sizeof(std::int32_t));
  source_->read(data_begin_ + entry.begin, std::as_writable_bytes(std::span(values)));
  return values;
}

std::vector<std::byte> SafetensorsReader::read_bytes(const std::string& tensor, std::uint64_t first, std::uint64_t count) {
  const Entry& entry = find(tensor, Precision::kUint8);
  const std::uint64_t size = entry.end - entry.begin;
  if (first > size || count > size - first) {
    fail("{}: tensor \"{}\": expected {} bytes from {} on, found {} in all", name_, tensor, count, first, size);
  }
  if (count > kMaxNumbers)
    fail("{}: tensor \"{}\": expected to read at most {} bytes at once, found {}", name_, tensor, kMaxNumbers, count);
  std::vector<std::byte> bytes(static_cast<std::size_t>(count));
  source_->read(data_begin_ + entry.begin + first, bytes);
  return bytes;
}

}  // namespace zf
