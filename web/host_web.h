#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/viewer/drawn_frame.h"
#include "core/viewer/host.h"

namespace zf::web {

/// Reads what the page makes of photos: it lets the browser decode them, upright and without colour management, and keeps
/// "ZFRGBA", two spaces, width and height (u32, little endian) and the pixels' RGBA, row by row from the top, under the
/// photo's name; behind them the file itself where they do not lie yet as its EXIF data say. What comes as it is, it reads where it is
/// JPEG, as pictures inside an atlas are; else it gives the error.
class PixelDecoder final : public ImageDecoder {
 public:
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override;
};

/// A browser page: WebGL 2 on the canvas "#view", files in Emscripten's own file system, saved pictures as downloads. What the
/// page has to do it is told through functions of Emscripten's Module: onWake(), onAsk(), onSave(name, bytes), onStore(state),
/// onCamera(on).
class WebHost final : public viewer::Host {
 public:
  /// Throws where there is no WebGL 2. `threads` 0 means that there are none, as of a program linked without them; `state` is what
  /// onStore was last given.
  WebHost(int threads, std::string state);
  ~WebHost() override;

  [[nodiscard]] viewer::TextureHandle make_texture(const Picture& picture, viewer::Sampling sampling) override;
  void free_texture(viewer::TextureHandle texture) override;
  void upload_fonts() override;
  bool ask_for_files() override;
  std::string save_file(const std::string& name, std::span<const std::byte> bytes) override;
  [[nodiscard]] std::string stored_state() override { return state_; }
  void store_state(const std::string& state) override;
  [[nodiscard]] bool ready() const override { return ready_; }
  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] std::string demo_model() const override { return "/demo.safetensors"; }
  [[nodiscard]] std::string taught_model() const override { return "/taught.safetensors"; }
  void release(const std::string& path) override;
  [[nodiscard]] std::string asset(const std::string& name) const override;
  [[nodiscard]] std::vector<std::string> sample_photos() const override;
  void start_camera() override;
  void stop_camera() override;
  [[nodiscard]] viewer::CameraNews camera_news() override;
  [[nodiscard]] const ImageDecoder& decoder() const override { return decoder_; }
  [[nodiscard]] std::unique_ptr<Backend> make_backend(const std::string& /*name*/) override {
    return make_cpu_backend(threads_ > 0 ? threads_ : 1);
  }
  [[nodiscard]] bool has_threads() const override { return threads_ > 0; }
  void wake() override;

  /// What the page needs to begin is in the file system.
  void set_ready() { ready_ = true; }
  /// All that ships with it is.
  void set_complete() { complete_ = true; }

  /// What the canvas shows.
  [[nodiscard]] viewer::DrawnFrame& drawn() { return drawn_; }

  /// Whether the last picture of the camera was taken, so that the next is welcome.
  [[nodiscard]] bool wants_picture() const { return !camera_picture_; }
  /// The page has put a picture under "/camera", as PixelDecoder reads it.
  void camera_gave() { camera_picture_ = true; }
  void camera_failed(std::string why) { camera_error_ = std::move(why); }

 private:
  int threads_;
  std::string state_;
  PixelDecoder decoder_;
  viewer::DrawnFrame drawn_;
  bool ready_ = false;
  bool complete_ = false;
  bool camera_picture_ = false;
  std::string camera_error_;
  bool fonts_up_ = false;
};

}  // namespace zf::web
