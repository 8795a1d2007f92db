#pragma once

#include <array>
#include <initializer_list>

#include "core/backend/device_buffer.h"
#include "native/opengl/buffer_pool.h"
#include "native/opengl/kernels.h"
#include "native/opengl/program_cache.h"
#include "native/opengl/upload_ring.h"

namespace zf::opengl {

/// Bytes [begin, end) of a buffer.
struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t bytes() const { return end - begin; }
};

/// A part of a buffer as a kernel sees it.
struct Binding {
  GLuint buffer = 0;
  ByteRange range;
  int at = 0;  ///< where the buffer's first element would lie in the binding, modulo 2^32
};

/// The device's context with its memory and programs: what runs kernels. It lives until the last of its buffers is let go of.
class Device {
 public:
  explicit Device(const OpenGlOptions& options);

  [[nodiscard]] const EglContext& context() const { return context_; }
  [[nodiscard]] const GlFunctions& gl() const { return context_.gl(); }
  [[nodiscard]] BufferPool& memory() { return memory_; }
  /// Of buffers that the host reads from.
  [[nodiscard]] BufferPool& staging() { return staging_; }
  /// Bytes that a binding may have.
  [[nodiscard]] std::size_t block_limit() const { return block_limit_; }

  /// Bytes of a buffer whose elements have `element` bytes each.
  [[nodiscard]] Binding bind(const Storage& storage, ByteRange range, std::size_t element = sizeof(float)) const;
  /// The whole of one that is small.
  [[nodiscard]] Binding bind(const Storage& storage) const;

  /// Brings the host's bytes to byte `at` of a buffer, behind all that was asked for before.
  void upload(std::span<const std::byte> from, const Storage& to, std::size_t at);

  /// Runs a kernel of that many threads, or groups of them, on bindings 1, 2, ... `parameters` are its uniform block, all ints and floats.
  template <typename Parameters>
  void run(Kernel kernel, const Parameters& parameters, std::initializer_list<Binding> bindings, std::size_t threads) {
    run_groups(kernel, parameters, bindings, (threads + kThreads - 1) / kThreads);
  }
  template <typename Parameters>
  void run_groups(Kernel kernel, const Parameters& parameters, std::initializer_list<Binding> bindings, std::size_t groups) {
    dispatch(kernel, std::as_bytes(std::span(&parameters, 1)), bindings, groups);
  }

 private:
  static constexpr std::size_t kThreads = 64;  // of a group, as in shaders/common.glsl

  void dispatch(Kernel kernel, std::span<const std::byte> parameters, std::initializer_list<Binding> bindings, std::size_t groups);
  void set_parameters(std::span<const std::byte> parameters);
  [[nodiscard]] GLuint program(Kernel kernel);

  EglContext context_;
  BufferPool memory_;
  BufferPool staging_;
  ProgramCache cache_;
  std::array<GLuint, kKernels> programs_{};
  std::size_t block_limit_ = 0;
  std::size_t alignment_ = 0;  ///< of a binding's first byte
  std::size_t parameter_alignment_ = 0;
  UploadRing parameters_;  ///< uniform blocks
  UploadRing uploads_;     ///< on their way to other buffers
};

/// A tensor's memory.
class GlStorage final : public Storage {
 public:
  GlStorage(std::shared_ptr<Device> device, std::size_t bytes) : device_(std::move(device)), buffer_(device_->memory().take(bytes)) {}
  ~GlStorage() override { device_->memory().give_back(buffer_); }
  [[nodiscard]] const GlBuffer& buffer() const { return buffer_; }

 private:
  std::shared_ptr<Device> device_;
  GlBuffer buffer_;
};

[[nodiscard]] inline const GlBuffer& buffer_of(const Storage& storage) { return static_cast<const GlStorage&>(storage).buffer(); }

}  // namespace zf::opengl
