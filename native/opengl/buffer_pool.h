#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "native/opengl/egl_context.h"

namespace zf::opengl {

/// A buffer object.
struct GlBuffer {
  GLuint name = 0;
  std::size_t bytes = 0;
};

/// Buffers that were let go of and wait to be used again: a driver takes long to make a large one.
class BufferPool {
 public:
  /// `usage` is what GL calls how the buffers are used; at most so many bytes wait, the others are freed.
  BufferPool(const EglContext& context, GLenum usage, std::size_t most_waiting)
      : context_(context), usage_(usage), most_waiting_(most_waiting) {}
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  /// A buffer of at least that many bytes, of any content. On the context's thread. Throws DeviceError where there is no memory.
  [[nodiscard]] GlBuffer take(std::size_t bytes);
  /// On any thread.
  void give_back(GlBuffer buffer);
  /// Bytes that wait.
  [[nodiscard]] std::size_t waiting();

 private:
  void collect();
  void shrink(std::size_t bytes);
  [[nodiscard]] bool make(GlBuffer& buffer) const;

  const EglContext& context_;
  GLenum usage_;
  std::size_t most_waiting_;
  std::mutex mutex_;
  std::vector<GlBuffer> returned_;  ///< guarded by mutex_
  std::multimap<std::size_t, GLuint> waiting_;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace zf::opengl
