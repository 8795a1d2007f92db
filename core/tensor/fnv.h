#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace zf {

/// FNV-1a of 64 bits, the one hash of all files and folders that keep one. Tells data apart that differ by accident; it is no protection
/// against somebody who wants two to look alike.
class Fnv {
 public:
  /// Byte by byte, as the algorithm is published.
  void add(std::string_view bytes) {
    for (const char byte : bytes) add_word(static_cast<unsigned char>(byte));
  }
  /// A word at a time, which is faster. A product carries upwards only: low bits of the result know nothing of high bits of words.
  void add_word(std::uint64_t word) { hash_ = (hash_ ^ word) * 0x100000001B3ULL; }
  /// Lets low bits know of high ones.
  void fold() { hash_ ^= hash_ >> 32U; }
  [[nodiscard]] std::uint64_t value() const { return hash_; }
  /// 16 hexadecimal digits.
  [[nodiscard]] std::string text() const;

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325ULL;
};

}  // namespace zf
