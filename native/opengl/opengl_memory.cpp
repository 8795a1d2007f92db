// Buffers, transfers and the factory.
#include <algorithm>
#include <array>

#include "core/backend/device_error.h"
#include "native/opengl/opengl.h"
#include "native/opengl/self_check.h"

namespace zf {

OpenGlDevice probe_opengl(const OpenGlOptions& options) { return opengl::EglContext(options).device(); }

bool may_have_graphics_card(const OpenGlOptions& options) {
  const std::vector<opengl::EglLibrary::Display> displays = opengl::EglLibrary(options.library).displays();
  return std::any_of(displays.begin(), displays.end(), [](const auto& display) { return !display.software; });
}

std::unique_ptr<Backend> make_opengl_backend(const OpenGlOptions& options) {
  auto backend = std::make_unique<opengl::OpenGlBackend>(options);
  opengl::check_convolutions(*backend);
  backend->device().context().release();
  return backend;
}

namespace opengl {

namespace {

struct FillParameters {
  int count;
  float value;
  int y_at;
};

/// Bytes on their way through a buffer that the host reads from.
class GlTransfer final : public Transfer {
 public:
  GlTransfer(std::shared_ptr<Device> device, const GlBuffer& from, std::size_t at, std::size_t bytes)
      : device_(std::move(device)), staging_(device_->staging().take(bytes)), bytes_(bytes) {
    const GlFunctions& gl = device_->gl();
    gl.BindBuffer(GL_COPY_READ_BUFFER, from.name);
    gl.BindBuffer(GL_COPY_WRITE_BUFFER, staging_.name);
    gl.CopyBufferSubData(GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER, static_cast<GLintptr>(at), 0, static_cast<GLsizeiptr>(bytes));
    fence_ = gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.Flush();
  }
  ~GlTransfer() override { device_->staging().give_back(staging_); }

  [[nodiscard]] bool ready() override { return fence_ == nullptr || passed(0); }

  [[nodiscard]] AlignedBuffer take() override {
    constexpr GLuint64 kSecond = 1'000'000'000;  // ns
    while (!ready() && !passed(kSecond)) {
    }
    AlignedBuffer result(bytes_);
    const GlFunctions& gl = device_->gl();
    gl.BindBuffer(GL_COPY_READ_BUFFER, staging_.name);
    gl.GetBufferSubData(GL_COPY_READ_BUFFER, 0, static_cast<GLsizeiptr>(bytes_), result.data());
    device_->context().check("while it was read from");
    return result;
  }

 private:
  /// Whether the copy is done, or was within so many nanoseconds.
  [[nodiscard]] bool passed(GLuint64 wait) {
    const GLenum state = device_->gl().ClientWaitSync(fence_, wait == 0 ? 0 : GL_SYNC_FLUSH_COMMANDS_BIT, wait);
    if (state == GL_TIMEOUT_EXPIRED) return false;
    device_->gl().DeleteSync(std::exchange(fence_, nullptr));
    if (state == GL_WAIT_FAILED) device_->context().check("while it was waited for");
    return true;
  }

  std::shared_ptr<Device> device_;
  GlBuffer staging_;
  std::size_t bytes_;
  GLsync fence_ = nullptr;
};

}  // namespace

std::string OpenGlBackend::description() const {
  const OpenGlDevice& device = device_->context().device();
  return fmt::format("opengl, {}, OpenGL {}", device.name, device.version);
}

std::shared_ptr<Storage> OpenGlBackend::allocate(std::size_t bytes) { return std::make_shared<GlStorage>(device_, bytes); }

void OpenGlBackend::do_upload(std::span<const std::byte> from, Storage& to, std::size_t at) { device_->upload(from, to, at); }

void OpenGlBackend::do_copy(const Storage& from, std::size_t from_at, Storage& to, std::size_t to_at, std::size_t bytes) {
  const GlFunctions& gl = device_->gl();
  gl.BindBuffer(GL_COPY_READ_BUFFER, buffer_of(from).name);
  gl.BindBuffer(GL_COPY_WRITE_BUFFER, buffer_of(to).name);
  gl.CopyBufferSubData(GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER, static_cast<GLintptr>(from_at), static_cast<GLintptr>(to_at),
                       static_cast<GLsizeiptr>(bytes));
}

void OpenGlBackend::do_fill(Storage& to, std::size_t first, std::size_t count, float value) {
  for (const Chunk& chunk : split(*device_, first, count)) {
    const Binding binding = device_->bind(to, chunk.range());
    device_->run(Kernel::kFill, FillParameters{static_cast<int>(chunk.count), value, chunk.start(binding)}, {binding}, chunk.count);
  }
}

std::unique_ptr<Transfer> OpenGlBackend::do_read(const Storage& from, std::size_t at, std::size_t bytes) {
  return std::make_unique<GlTransfer>(device_, buffer_of(from), at, bytes);
}

void OpenGlBackend::do_put(std::span<const Point> points, DeviceTensor& x) {
  const Shape& shape = x.shape();
  for (const Point& point : points) {
    const std::size_t plane =
        static_cast<std::size_t>(point.item) * static_cast<std::size_t>(shape.c) + static_cast<std::size_t>(point.map);
    const std::size_t place = static_cast<std::size_t>(point.y) * static_cast<std::size_t>(shape.w) + static_cast<std::size_t>(point.x);
    do_upload(std::as_bytes(std::span(&point.value, 1)), x.storage(), (plane * shape.plane() + place) * sizeof(float));
  }
}

std::shared_ptr<Storage> OpenGlBackend::window_list(int items, Windows first, Windows second) {
  std::vector<std::array<int, 4>> windows;
  for (int item = 0; item < items; ++item) {
    for (const Windows& of : {first, second}) {
      const Window at = of.empty() ? Window{item, 0, 0} : of[static_cast<std::size_t>(item)];
      windows.push_back({at.image, at.y, at.x, 0});
    }
  }
  return list(std::span<const std::array<int, 4>>(windows));
}

}  // namespace opengl
}  // namespace zf
