#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/viewer/host.h"
#include "native/backends/backends.h"
#include "native/files/map_file.h"
#include "native/media/camera.h"
#include "native/media/opencv_decoder.h"

struct GLFWwindow;

namespace zf::app {

/// The desktop: a GLFW window with OpenGL 3.3, files under their own paths, pictures saved where people keep pictures.
/// Owns the window, its context and ImGui with its backends.
class GlfwHost final : public viewer::Host {
 public:
  struct Options {
    BackendOptions backend;
    int width = 1440;
    int height = 900;
  };

  /// Throws where there is no display or no OpenGL 3.3.
  explicit GlfwHost(const Options& options);
  ~GlfwHost() override;

  [[nodiscard]] GLFWwindow* window() const { return window_; }
  /// Window pixels a design pixel.
  [[nodiscard]] float display_scale() const;
  void begin_frame() const;
  /// Draws what ImGui has and shows it; gives it as a picture where one is asked for.
  void end_frame(Picture* shown = nullptr) const;

  [[nodiscard]] viewer::TextureHandle make_texture(const Picture& picture, viewer::Sampling sampling) override;
  void free_texture(viewer::TextureHandle texture) override;
  void upload_fonts() override;
  bool ask_for_files() override { return false; }
  std::string save_file(const std::string& name, std::span<const std::byte> bytes) override;
  [[nodiscard]] std::string stored_state() override;
  void store_state(const std::string& state) override;
  [[nodiscard]] std::string demo_model() const override;
  [[nodiscard]] std::string taught_model() const override;
  [[nodiscard]] std::string asset(const std::string& name) const override;
  [[nodiscard]] std::vector<std::string> sample_photos() const override;
  void start_camera() override;
  void stop_camera() override { camera_.reset(); }
  [[nodiscard]] viewer::CameraNews camera_news() override;
  [[nodiscard]] const ImageDecoder& decoder() const override { return decoder_; }
  [[nodiscard]] FileMapper file_mapper() const override { return map_file; }
  [[nodiscard]] std::vector<std::string> backend_names() const override { return zf::backend_names(); }
  [[nodiscard]] std::unique_ptr<Backend> make_backend(const std::string& name) override;
  [[nodiscard]] bool has_threads() const override { return true; }
  void wake() override;

 private:
  using GenerateMipmap = void (*)(unsigned target);

  Options options_;
  OpenCvDecoder decoder_;
  std::unique_ptr<Camera> camera_;
  GLFWwindow* window_ = nullptr;
  GenerateMipmap generate_mipmap_ = nullptr;
  bool fonts_up_ = false;
};

}  // namespace zf::app
