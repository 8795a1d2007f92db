#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace zf {

/// Bytes that read as zero beyond their end; callers look at the size where that matters.
class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::uint32_t u8(std::size_t at) const { return at < bytes_.size() ? static_cast<std::uint32_t>(bytes_[at]) : 0; }
  [[nodiscard]] std::uint32_t big16(std::size_t at) const { return u8(at) << 8U | u8(at + 1); }
  [[nodiscard]] std::uint32_t big32(std::size_t at) const { return big16(at) << 16U | big16(at + 2); }
  [[nodiscard]] std::uint32_t little16(std::size_t at) const { return u8(at) | u8(at + 1) << 8U; }
  [[nodiscard]] std::uint32_t little24(std::size_t at) const { return little16(at) | u8(at + 2) << 16U; }
  [[nodiscard]] std::uint32_t little32(std::size_t at) const { return little16(at) | little16(at + 2) << 16U; }
  [[nodiscard]] bool has(std::size_t at, std::string_view text) const { return this->text(at, text.size()) == text; }

  /// At most `length` of the bytes from `at` on.
  [[nodiscard]] Bytes part(std::size_t at, std::size_t length) const {
    const std::span<const std::byte> rest = bytes_.subspan(at < size() ? at : size());
    return Bytes(rest.first(length < rest.size() ? length : rest.size()));
  }
  [[nodiscard]] std::string_view text(std::size_t at, std::size_t length) const {
    const std::span<const std::byte> found = part(at, length).bytes_;
    return {reinterpret_cast<const char*>(found.data()), found.size()};
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace zf
