#pragma once

#include <imgui.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/viewer/app.h"
#include "core/viewer/host.h"

namespace zf::testing {

/// Decodes what write_test_photo wrote: "ZF", width and height as text, then RGB. JPEG and PNG files become pictures of their size
/// in one colour that follows from their bytes. Of a file whose name has "cut" in it, a note says so; one with "half" in it
/// has twice the pixels that are read.
class TestDecoder final : public ImageDecoder {
 public:
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override;
};

/// A host without a window: textures are numbers, saved files are kept.
class TestHost final : public viewer::Host {
 public:
  explicit TestHost(bool threads) : threads_(threads) {}

  [[nodiscard]] viewer::TextureHandle make_texture(const Picture& picture, viewer::Sampling sampling) override;
  void free_texture(viewer::TextureHandle texture) override { textures.erase(texture); }
  void upload_fonts() override;
  bool ask_for_files() override { return false; }
  std::string save_file(const std::string& name, std::span<const std::byte> bytes) override;
  [[nodiscard]] std::string stored_state() override { return {}; }
  void store_state(const std::string& kept) override { state = kept; }
  [[nodiscard]] std::string demo_model() const override;
  [[nodiscard]] std::string taught_model() const override { return taught; }
  void release(const std::string& path) override { released.push_back(path); }
  [[nodiscard]] std::string asset(const std::string& name) const override;
  [[nodiscard]] std::vector<std::string> sample_photos() const override { return samples; }
  [[nodiscard]] bool ready() const override { return is_ready; }
  void start_camera() override { camera_runs = true; }
  void stop_camera() override { camera_runs = false; }
  [[nodiscard]] viewer::CameraNews camera_news() override { return std::exchange(camera, {}); }
  [[nodiscard]] const ImageDecoder& decoder() const override { return decoder_; }
  [[nodiscard]] std::vector<std::string> backend_names() const override { return {"cpu", "late", "failing", "absent"}; }
  /// "late" answers late, "failing" is lost after some answers, "absent" is not there.
  [[nodiscard]] std::unique_ptr<Backend> make_backend(const std::string& name) override;
  [[nodiscard]] bool has_threads() const override { return threads_; }
  void wake() override {}

  std::map<viewer::TextureHandle, Picture> textures;
  std::map<std::string, std::vector<std::byte>> files;
  bool camera_runs = false;
  viewer::CameraNews camera;                  ///< what it gives next
  std::map<std::string, std::string> assets;  ///< paths by name
  std::vector<std::string> samples;
  std::string taught;                 ///< where the taught model is written
  std::vector<std::string> released;  ///< files that the front end needs no more
  std::string state;                  ///< what store_state last kept
  bool is_ready = true;

 private:
  bool threads_;
  TestDecoder decoder_;
  viewer::TextureHandle next_ = 1;
};

/// Writes a photo that TestDecoder reads; `seed` changes it.
void write_test_photo(const std::filesystem::path& path, int width, int height, int seed);

/// The front end without a window, driven by scripted mouse and keys through ImGui's own input.
class Stage {
 public:
  Stage(int width, int height, bool threads, viewer::State state = {});
  ~Stage();

  /// Draws frames until nothing is left to compute, at least a few.
  void settle();
  void frame();
  /// Moves to the landmark's middle, presses and lets go. Fails the test where there is none.
  void click(const std::string& landmark, ImGuiMouseButton button = ImGuiMouseButton_Left);
  /// At a part of the landmark's box, 0 to 1.
  void click(const std::string& landmark, float x, float y, ImGuiMouseButton button = ImGuiMouseButton_Left);
  /// Presses at one part of the landmark's box, moves to another in a few frames and lets go.
  void drag(const std::string& landmark, ImVec2 from, ImVec2 to);
  void press(int key, bool ctrl = false, bool shift = false);
  void resize(int width, int height);

  [[nodiscard]] viewer::App& app() { return *app_; }
  [[nodiscard]] const viewer::App& app() const { return *app_; }
  [[nodiscard]] viewer::Session& session() { return app_->session(); }
  [[nodiscard]] TestHost& host() { return host_; }
  [[nodiscard]] const TestHost& host() const { return host_; }

 private:
  TestHost host_;
  std::unique_ptr<viewer::App> app_;
};

}  // namespace zf::testing
