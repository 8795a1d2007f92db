#pragma once

#include "core/tensor/error.h"

namespace zf {

/// The system refused a file or folder, which is missing, may not be read or written, or has no room.
class FileError : public Error {
 public:
  FileError(const std::string& message, int code) : Error(message), code_(code) {}
  /// As errno says why.
  [[nodiscard]] int code() const { return code_; }

 private:
  int code_;
};

/// Throws FileError with a formatted message.
template <typename... Args>
[[noreturn]] void file_failed(int code, fmt::format_string<Args...> format, Args&&... args) {
  throw FileError(fmt::format(format, std::forward<Args>(args)...), code);
}

}  // namespace zf
