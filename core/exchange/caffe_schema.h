#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace zf::caffe {

struct Schema;

/// A field of a message: its number in bytes, its name in text.
struct FieldType {
  enum class Kind : std::uint8_t { kInteger, kFloat, kFlag, kText, kWord, kMessage };
  std::uint32_t number;
  std::string_view name;
  Kind kind;
  const Schema* inner = nullptr;              ///< of a message
  std::span<const std::string_view> words{};  ///< of an enumeration, by number
};

struct Schema {
  std::span<const FieldType> fields;
};

/// What of NetParameter, LayerParameter and V1LayerParameter (caffe.proto) matters here; blobs are read elsewhere.
[[nodiscard]] const Schema& net_schema();
[[nodiscard]] const Schema& layer_schema();
[[nodiscard]] const Schema& old_layer_schema();

/// What a layer of an old file ("CONVOLUTION") is called in a new one ("Convolution"); what it is called where there is none.
[[nodiscard]] std::string_view new_type(std::string_view old_type);

}  // namespace zf::caffe
