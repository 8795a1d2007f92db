#include "core/exchange/caffe_file.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/exchange/caffe_schema.h"
#include "core/exchange/protobuf.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr std::size_t kMaxDims = 32;   // as Caffe's
constexpr std::size_t kMaxBlobs = 16;  // of one layer
constexpr std::size_t kMaxFields = 1'000'000;

std::string word_of(const FieldType& type, std::int64_t value) {
  const bool is_named = value >= 0 && value < static_cast<std::int64_t>(type.words.size());
  return is_named ? std::string(type.words[static_cast<std::size_t>(value)]) : std::to_string(value);
}

std::string integer_text(const FieldType& type, std::int64_t value) {
  return type.kind == FieldType::Kind::kWord ? word_of(type, value) : std::to_string(value);
}

class MessageReader {
 public:
  Message read(pbf_reader message, const Schema& schema) {
    Message result;
    each_field(message, [&](auto tag) {
      const auto found =
          std::find_if(schema.fields.begin(), schema.fields.end(), [&](const FieldType& type) { return type.number == tag; });
      return found != schema.fields.end() && field(message, *found, result);
    });
    return result;
  }

 private:
  /// Whether the field is as its type has it.
  bool field(pbf_reader& message, const FieldType& type, Message& result) {
    using Kind = FieldType::Kind;
    const bool is_whole = type.kind == Kind::kInteger || type.kind == Kind::kFlag || type.kind == Kind::kWord;
    if (is_whole && is_varint(message)) {
      add(result, type, integer_text(type, message.get_int64()));
    } else if (is_whole && is_bytes(message)) {
      for (const std::int64_t value : message.get_packed_int64()) add(result, type, integer_text(type, value));
    } else if (type.kind == Kind::kFloat && message.wire_type() == pbf_wire_type::fixed32) {
      add(result, type, fmt::format("{}", message.get_float()));
    } else if (type.kind == Kind::kFloat && is_bytes(message)) {
      for (const float value : message.get_packed_float()) add(result, type, fmt::format("{}", value));
    } else if (type.kind == Kind::kText && is_bytes(message)) {
      add(result, type, message.get_string());
    } else if (type.kind == Kind::kMessage && is_bytes(message)) {
      add(result, type, "").message.push_back(read(message.get_message(), *type.inner));
    } else {
      return false;
    }
    return true;
  }

  Field& add(Message& result, const FieldType& type, std::string text) {
    if (++fields_ > kMaxFields) fail("expected a network of at most {} fields, found more", kMaxFields);
    return result.fields.emplace_back(Field{std::string(type.name), std::move(text), {}});
  }

  std::size_t fields_ = 0;
};

void add_dim(Blob& blob, std::int64_t dim) {
  if (blob.dims.size() >= kMaxDims) fail("expected at most {} dimensions, found more", kMaxDims);
  blob.dims.push_back(dim);
}

/// BlobShape
void read_shape(pbf_reader message, Blob& blob) {
  blob.dims.clear();
  each_field(message, [&](auto tag) {
    if (tag != 1) return false;
    if (is_varint(message)) {
      add_dim(blob, message.get_int64());
    } else if (is_bytes(message)) {
      for (const std::int64_t dim : message.get_packed_int64()) add_dim(blob, dim);
    } else {
      return false;
    }
    return true;
  });
}

/// One more piece of a blob's packed numbers.
void add_packed(Blob& blob, std::span<const std::byte> piece) {
  if (piece.size() % sizeof(float) != 0) fail("expected numbers of {} bytes, found {} bytes", sizeof(float), piece.size());
  if (blob.size() == 0) {
    blob.packed = piece;
    return;
  }
  blob.numbers = blob.values();
  const Blob more{{}, piece, {}};
  const std::vector<float> values = more.values();
  blob.numbers.insert(blob.numbers.end(), values.begin(), values.end());
  blob.packed = {};
}

bool read_data(pbf_reader& message, Blob& blob) {
  if (message.wire_type() == pbf_wire_type::fixed32) {
    if (!blob.packed.empty()) blob.numbers = blob.values();
    blob.packed = {};
    blob.numbers.push_back(message.get_float());
    return true;
  }
  if (!is_bytes(message)) return false;
  const protozero::data_view view = message.get_view();
  add_packed(blob, std::as_bytes(std::span(view.data(), view.size())));
  return true;
}

bool read_doubles(pbf_reader& message, Blob& blob) {
  if (message.wire_type() == pbf_wire_type::fixed64) {
    blob.numbers.push_back(static_cast<float>(message.get_double()));
    return true;
  }
  if (!is_bytes(message)) return false;
  for (const double value : message.get_packed_double()) blob.numbers.push_back(static_cast<float>(value));
  return true;
}

Blob read_blob(pbf_reader message) {
  constexpr std::size_t kOldDims = 4;  // num, channels, height, width
  Blob blob;
  std::vector<std::int64_t> old(kOldDims, 1);
  bool is_old = false;
  each_field(message, [&](auto tag) {
    if (tag >= 1 && tag <= kOldDims && is_varint(message)) {
      is_old = true;
      old[tag - 1] = message.get_int32();
      return true;
    }
    if (tag == 5) return read_data(message, blob);
    if (tag == 8) return read_doubles(message, blob);
    if (tag != 7 || !is_bytes(message)) return false;
    read_shape(message.get_message(), blob);
    return true;
  });
  if (is_old && blob.dims.empty()) blob.dims = old;
  return blob;
}

/// The blobs of a layer, which are its field `blobs`.
void read_blobs(pbf_reader message, std::uint32_t blobs, const std::string& layer, WeightsFile& file) {
  std::vector<Blob> found;
  try {
    each_field(message, [&](auto tag) {
      if (tag != blobs || !is_bytes(message)) return false;
      if (found.size() >= kMaxBlobs) fail("expected at most {} blobs, found more", kMaxBlobs);
      found.push_back(read_blob(message.get_message()));
      return true;
    });
  } catch (const Error& error) {
    fail("layer \"{}\": {}", quotable(layer), error.what());
  }
  // A layer of the training alone may have the same name.
  if (!found.empty()) file.blobs.emplace(layer, std::move(found));
}

void read_net(pbf_reader message, WeightsFile& file) {
  constexpr std::uint32_t kOldLayers = 2;
  constexpr std::uint32_t kLayers = 100;
  file.net = MessageReader().read(message, net_schema());
  std::vector<std::string> names;
  for (const Field& field : file.net.fields) {
    if (field.name == "layer" || field.name == "layers") names.push_back(field.message.front().text("name"));
  }
  std::size_t number = 0;
  each_field(message, [&](auto tag) {
    if ((tag != kOldLayers && tag != kLayers) || !is_bytes(message)) return false;
    read_blobs(message.get_message(), tag == kLayers ? 7 : 6, names.at(number++), file);
    return true;
  });
}

}  // namespace

std::vector<float> Blob::values() const {
  std::vector<float> values(size());
  copy(values);
  return values;
}

void Blob::copy(std::span<float> to) const {
  static_assert(std::endian::native == std::endian::little);
  if (packed.empty()) {
    std::copy(numbers.begin(), numbers.end(), to.begin());
  } else {
    std::memcpy(to.data(), packed.data(), packed.size());
  }
}

WeightsFile read_caffemodel(std::span<const std::byte> bytes, const std::string& name) {
  WeightsFile file;
  file.name = name;
  try {
    read_net(reader_of(bytes), file);
  } catch (const protozero::exception& error) {
    fail("{}: expected Caffe's weights, found bytes that are cut short or something else ({})", name, error.what());
  } catch (const Error& error) {
    fail("{}: {}", name, error.what());
  }
  if (!file.net.has("layer") && !file.net.has("layers")) fail("{}: expected Caffe's weights, found no layers", name);
  return file;
}

Blob read_binaryproto(std::span<const std::byte> bytes, const std::string& name) {
  try {
    return read_blob(reader_of(bytes));
  } catch (const protozero::exception& error) {
    fail("{}: expected a blob of Caffe, found bytes that are cut short or something else ({})", name, error.what());
  } catch (const Error& error) {
    fail("{}: {}", name, error.what());
  }
}

}  // namespace zf::caffe
