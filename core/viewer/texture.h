#pragma once

#include <imgui.h>

#include <utility>

#include "core/viewer/host.h"

namespace zf::viewer {

/// Owns a texture of the host.
class Texture {
 public:
  Texture() = default;
  Texture(Host& host, const Picture& picture, Sampling sampling)
      : host_(&host), handle_(host.make_texture(picture, sampling)), width_(picture.width), height_(picture.height) {}
  Texture(Texture&& other) noexcept { swap(other); }
  Texture& operator=(Texture&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Texture() {
    if (handle_ != 0) host_->free_texture(handle_);
  }

  [[nodiscard]] bool empty() const { return handle_ == 0; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): ImGui keeps handles so
  [[nodiscard]] ImTextureID id() const { return reinterpret_cast<ImTextureID>(handle_); }

 private:
  void swap(Texture& other) noexcept {
    std::swap(host_, other.host_);
    std::swap(handle_, other.handle_);
    std::swap(width_, other.width_);
    std::swap(height_, other.height_);
  }

  Host* host_ = nullptr;
  TextureHandle handle_ = 0;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace zf::viewer
