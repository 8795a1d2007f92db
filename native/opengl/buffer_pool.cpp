#include "native/opengl/buffer_pool.h"

#include <algorithm>
#include <bit>

#include "core/backend/device_error.h"

namespace zf::opengl {

namespace {

constexpr std::size_t kSmallest = 256;  // bytes; a multiple of every block of std140 and std430

/// Rounded up by at most an eighth, so that similar sizes share buffers.
[[nodiscard]] std::size_t rounded(std::size_t bytes) {
  const std::size_t step = std::max(kSmallest, std::bit_floor(bytes) / 8);
  return std::max((bytes + step - 1) / step * step, kSmallest);
}

}  // namespace

GlBuffer BufferPool::take(std::size_t bytes) {
  collect();
  GlBuffer buffer{0, rounded(bytes)};
  const auto found = waiting_.lower_bound(buffer.bytes);
  if (found != waiting_.end() && found->first <= buffer.bytes + buffer.bytes / 4) {
    buffer = {found->second, found->first};
    waiting_bytes_ -= found->first;
    waiting_.erase(found);
    return buffer;
  }
  if (make(buffer)) return buffer;
  shrink(0);
  if (make(buffer)) return buffer;
  device_failed("opengl: expected {} MiB of device memory, found less", (buffer.bytes + (1U << 20U) - 1) >> 20U);
}

bool BufferPool::make(GlBuffer& buffer) const {
  const GlFunctions& gl = context_.gl();
  context_.check("before memory was asked for");
  gl.GenBuffers(1, &buffer.name);
  gl.BindBuffer(GL_COPY_WRITE_BUFFER, buffer.name);
  gl.BufferData(GL_COPY_WRITE_BUFFER, static_cast<GLsizeiptr>(buffer.bytes), nullptr, usage_);
  if (gl.GetError() != GL_OUT_OF_MEMORY) return true;
  gl.DeleteBuffers(1, &buffer.name);
  return false;
}

void BufferPool::give_back(GlBuffer buffer) {
  const std::lock_guard lock(mutex_);
  returned_.push_back(buffer);
}

void BufferPool::collect() {
  {
    const std::lock_guard lock(mutex_);
    for (const GlBuffer& buffer : returned_) {
      waiting_.emplace(buffer.bytes, buffer.name);
      waiting_bytes_ += buffer.bytes;
    }
    returned_.clear();
  }
  shrink(most_waiting_);
}

void BufferPool::shrink(std::size_t bytes) {
  while (waiting_bytes_ > bytes) {
    const auto largest = std::prev(waiting_.end());
    context_.gl().DeleteBuffers(1, &largest->second);
    waiting_bytes_ -= largest->first;
    waiting_.erase(largest);
  }
}

std::size_t BufferPool::waiting() {
  collect();
  return waiting_bytes_;
}

}  // namespace zf::opengl
