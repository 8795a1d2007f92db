#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/nn/net.h"

namespace zf {

/// A 64-bit hash that grows as bytes are added (FNV-1a over words of eight). Tells files and models apart that differ by
/// accident; it is no protection against somebody who wants two to look alike.
class Fingerprint {
 public:
  void add(std::span<const std::byte> bytes);
  void add(std::string_view text);
  void add(std::uint64_t number);
  /// 16 hexadecimal digits.
  [[nodiscard]] std::string text() const;

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325ULL;
};

/// Of a network's layers and all its weights as float32: equal for models that compute the same, whatever their file's
/// precision, order of tensors or metadata.
[[nodiscard]] std::string fingerprint(const Network& network, const Parameters& parameters);
/// Of a net on a backend, whose weights are read back.
[[nodiscard]] std::string fingerprint(const Net& net);

}  // namespace zf
