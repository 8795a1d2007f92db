#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/exchange/caffe_message.h"

namespace zf::caffe {

/// BlobProto: weights, or a mean image.
class Blob {
 public:
  std::vector<std::int64_t> dims;
  std::span<const std::byte> packed;  ///< float32, little endian; lies in the file's bytes
  std::vector<float> numbers;         ///< where they do not lie there in one piece

  [[nodiscard]] std::size_t size() const { return packed.empty() ? numbers.size() : packed.size() / sizeof(float); }
  [[nodiscard]] std::vector<float> values() const;
  /// To as many.
  void copy(std::span<float> to) const;
};

/// A file of weights, with the network that they were trained in.
struct WeightsFile {
  std::string name;  ///< of the file, in errors
  Message net;
  std::map<std::string, std::vector<Blob>, std::less<>> blobs;  ///< by layer
};

/// Reads a caffemodel's bytes, which must outlive what comes back. Throws an Error that starts with `name` where they are cut short or
/// something else.
[[nodiscard]] WeightsFile read_caffemodel(std::span<const std::byte> bytes, const std::string& name);

/// Reads one blob on its own, as a mean.binaryproto has it.
[[nodiscard]] Blob read_binaryproto(std::span<const std::byte> bytes, const std::string& name);

}  // namespace zf::caffe
