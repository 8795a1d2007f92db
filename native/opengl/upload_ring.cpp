#include "native/opengl/upload_ring.h"

namespace zf::opengl {

UploadRing::Place UploadRing::put(std::span<const std::byte> from, std::size_t alignment) {
  const GlFunctions& gl = context_->gl();
  const std::size_t bytes = (from.size() + alignment - 1) / alignment * alignment;
  if (buffer_ == 0) gl.GenBuffers(1, &buffer_);
  gl.BindBuffer(target_, buffer_);
  if (end_ + bytes > bytes_) {  // a fresh one, for what is under way may still read the old
    gl.BufferData(target_, static_cast<GLsizeiptr>(bytes_), nullptr, GL_STREAM_DRAW);
    end_ = 0;
  }
  const Place place{buffer_, end_, bytes};
  gl.BufferSubData(target_, static_cast<GLintptr>(place.at), static_cast<GLsizeiptr>(from.size()), from.data());
  end_ += bytes;
  return place;
}

}  // namespace zf::opengl
