#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/nn/net.h"
#include "core/tensor/fnv.h"

namespace zf {

/// A hash that grows as bytes are added, in words of eight with their count before them.
class Fingerprint {
 public:
  void add(std::span<const std::byte> bytes);
  void add(std::string_view text);
  void add(std::uint64_t number);
  /// 16 hexadecimal digits.
  [[nodiscard]] std::string text() const { return hash_.text(); }

 private:
  Fnv hash_;
};

/// Of a network's layers and all its weights as float32: equal for models that compute the same, whatever their file's
/// precision, order of tensors or metadata.
[[nodiscard]] std::string fingerprint(const Network& network, const Parameters& parameters);
/// Of a net on a backend, whose weights are read back.
[[nodiscard]] std::string fingerprint(const Net& net);

}  // namespace zf
