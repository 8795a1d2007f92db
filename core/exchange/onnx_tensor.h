#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/exchange/onnx_file.h"

namespace zf::onnx {

/// TensorProto.DataType
enum DataType : std::int32_t {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
};

using Dims = std::vector<std::int64_t>;

/// "(1, 3, 224, 224)"
[[nodiscard]] std::string to_string(const Dims& dims);

/// Their product. Throws where one is negative or the product is more than a tensor may have.
[[nodiscard]] std::size_t count_of(const Dims& dims);

/// A constant: numbers of one kind, float32 or whole (booleans as 0 and 1).
struct Array {
  Dims dims;
  bool whole = false;
  std::vector<float> floats;           ///< where it is not whole
  std::vector<std::int64_t> integers;  ///< where it is

  [[nodiscard]] std::size_t size() const { return whole ? integers.size() : floats.size(); }
  [[nodiscard]] double at(std::size_t i) const { return whole ? static_cast<double>(integers[i]) : double{floats[i]}; }
  /// Whole numbers of an array that says shapes, axes or indices. Throws where it is another.
  [[nodiscard]] const std::vector<std::int64_t>& indices() const;
  /// Its values as floats.
  [[nodiscard]] std::vector<float> values() const;
};
using Constant = std::shared_ptr<const Array>;

[[nodiscard]] Array whole_array(Dims dims, std::vector<std::int64_t> values);
[[nodiscard]] Array float_array(Dims dims, std::vector<float> values);

/// Whether a type of ONNX, by its number, is of whole numbers (or booleans); false: of others. Throws where it is neither.
[[nodiscard]] bool is_whole_type(std::int32_t type);

/// The numbers of a tensor; those of external data are read from `folder`. Throws where there are more or fewer than its dimensions
/// say, or the file lies outside the folder.
[[nodiscard]] Array decode(const TensorMessage& tensor, const std::filesystem::path& folder);

}  // namespace zf::onnx
