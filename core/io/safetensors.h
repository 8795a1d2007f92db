#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/mapped_file.h"
#include "core/tensor/stored_weights.h"
#include "core/tensor/tensor.h"

namespace zf {

/// How a file stores numbers. Floats are float32 in memory; integers are read as they lie. The last three are other programs'.
enum class Precision : std::uint8_t { kFloat32, kFloat16, kBfloat16, kInt32, kUint8, kFloat64, kInt64, kBool };

/// A `.safetensors` file, open for reading: the header is checked as a whole when it is opened, the tensors are read one
/// at a time, so that a large model is never in memory twice. Every Error names the file, and the tensor where it is about one.
class SafetensorsReader {
 public:
  struct Entry {
    Precision precision = Precision::kFloat32;
    std::vector<std::int64_t> dims;  ///< as stored, each at least 1, at most four of them
    std::uint64_t begin = 0;         ///< from the first byte behind the header
    std::uint64_t end = 0;
  };

  /// Opens a file.
  explicit SafetensorsReader(const std::filesystem::path& path);
  /// Reads from bytes in memory, which must outlive the reader; `name` stands in errors.
  SafetensorsReader(std::span<const std::byte> bytes, std::string name);
  /// Reads from a mapped file, whose memory read_stored() shares.
  SafetensorsReader(std::shared_ptr<const MappedFile> file, std::string name);
  SafetensorsReader(const SafetensorsReader&) = delete;
  SafetensorsReader& operator=(const SafetensorsReader&) = delete;
  ~SafetensorsReader();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }
  [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }

  /// (out, in, kh, kw) as it is, (out, in) as (out, in, 1, 1), (n) as (1, n, 1, 1) and a single number as (1, 1, 1, 1).
  /// Throws where the file has no such tensor or it holds NaN or infinity.
  [[nodiscard]] Tensor read(const std::string& tensor);
  /// The same as the file stores it.
  [[nodiscard]] StoredWeights read_stored(const std::string& tensor);

  /// The numbers of a tensor of integers, or the bytes [first, first + count) of one. Throws where the file has no such tensor,
  /// it holds something else, or it is shorter.
  [[nodiscard]] std::vector<std::int32_t> read_integers(const std::string& tensor);
  [[nodiscard]] std::vector<std::byte> read_bytes(const std::string& tensor, std::uint64_t first, std::uint64_t count);

 private:
  class Source;
  class FileSource;
  class MemorySource;

  void read_header();
  void read_floats(const Entry& entry, std::span<float> values);
  [[nodiscard]] const Entry& find(const std::string& tensor, Precision precision) const;

  std::string name_;
  std::unique_ptr<Source> source_;
  std::shared_ptr<const MappedFile> mapped_;
  std::uint64_t data_begin_ = 0;
  std::map<std::string, std::string> metadata_;
  std::map<std::string, Entry> entries_;
};

/// A tensor to write; `dims` are the ones to store.
struct StoredTensor {
  std::string name;
  std::vector<std::int64_t> dims;
  std::span<const float> values;
};

/// An array of any kind to write; `bytes` are its values as they lie in memory.
struct StoredArray {
  std::string name;
  Precision precision = Precision::kUint8;
  std::vector<std::int64_t> dims;
  std::vector<std::span<const std::byte>> bytes;  ///< parts that follow each other
};

/// How read() would have to find it: (n) for a shape of (1, n, 1, 1), else all four.
[[nodiscard]] std::vector<std::int64_t> stored_dims(const Shape& shape);

/// Writes a file as a whole or not at all (AtomicFile). float16 is rounded to nearest, ties to even. Throws where a name
/// is repeated, dims and values disagree, or a value is not finite or too large for float16. bfloat16 is read only.
void write_safetensors(const std::filesystem::path& path, std::span<const StoredTensor> tensors,
                       const std::map<std::string, std::string>& metadata, Precision precision);

/// The same of arrays of several kinds. Values are not looked at.
void write_arrays(const std::filesystem::path& path, std::span<const StoredArray> arrays,
                  const std::map<std::string, std::string>& metadata);

/// "F32", "F16", "BF16", "I32", "U8", "F64", "I64" or "BOOL"; bytes of one number.
[[nodiscard]] std::string_view dtype_name(Precision precision);
[[nodiscard]] std::uint64_t bytes_of(Precision precision);
/// Whether numbers have a fraction: those that read() takes.
[[nodiscard]] bool is_floating(Precision precision);

}  // namespace zf
