#pragma once

#include <cstddef>
#include <span>

#include "native/opengl/egl_context.h"

namespace zf::opengl {

/// A buffer that takes the host's bytes one behind the other and is never written where it was, but replaced when it is full: NVIDIA's
/// driver lets a write into a buffer overtake kernels that still read it, so that no other buffer is written by the host.
class UploadRing {
 public:
  UploadRing(const EglContext& context, GLenum target, std::size_t bytes)
      : context_(&context), target_(target), bytes_(bytes), end_(bytes) {}

  struct Place {
    GLuint buffer;
    std::size_t at;     ///< of the first byte
    std::size_t bytes;  ///< rounded up to the alignment
  };
  /// Puts at most as many bytes as the ring has; it is bound to its target then.
  [[nodiscard]] Place put(std::span<const std::byte> from, std::size_t alignment);

 private:
  const EglContext* context_;
  GLenum target_;
  std::size_t bytes_;
  std::size_t end_;  ///< of what is taken
  GLuint buffer_ = 0;
};

}  // namespace zf::opengl
