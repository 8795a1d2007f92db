#include "native/app/glfw_host.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <algorithm>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "core/viewer/files.h"
#include "native/app/folders.h"
#include "native/backends/backends.h"

namespace zf::app {

namespace fs = std::filesystem;

namespace {

constexpr int kClampToEdge = 0x812F;  // GL_CLAMP_TO_EDGE, newer than the system's gl.h

std::string glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text != nullptr ? text : "no reason given";
}

GLFWwindow* open_window(const GlfwHost::Options& options) {
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "zfscope-viewer");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "zfscope-viewer");
  return glfwCreateWindow(options.width, options.height, "ZFScope", nullptr, nullptr);
}

/// What was drawn and is not shown yet.
Picture read_pixels(int width, int height) {
  Picture picture = make_picture(width, height);
  const auto row = static_cast<std::ptrdiff_t>(width) * 3;
  std::vector<std::uint8_t> upside_down(picture.rgb.size());
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
  for (int y = 0; y < height; ++y) std::copy_n(upside_down.begin() + row * (height - 1 - y), row, picture.rgb.begin() + row * y);
  return picture;
}

}  // namespace

GlfwHost::GlfwHost(const Options& options) : options_(options) {
  if (glfwInit() == GLFW_FALSE)
    fail("zfscope-viewer: expected a display, found none ({}); without one, `zfscope render` writes a page", glfw_error());
  window_ = open_window(options);
  if (window_ == nullptr) {
    const std::string reason = glfw_error();
    glfwTerminate();
    fail("zfscope-viewer: expected a display with OpenGL 3.3, found none ({}); without one, `zfscope render` writes a page", reason);
  }
  glfwMakeContextCurrent(window_);
  glfwSwapInterval(1);
  glfwSetWindowSizeLimits(window_, 1, 1, GLFW_DONT_CARE, GLFW_DONT_CARE);
  generate_mipmap_ = reinterpret_cast<GenerateMipmap>(glfwGetProcAddress("glGenerateMipmap"));
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplGlfw_InitForOpenGL(window_, true);
  ImGui_ImplOpenGL3_Init("#version 330");
}

GlfwHost::~GlfwHost() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

float GlfwHost::display_scale() const {
  float x = 1;
  float y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  return std::max(1.0F, std::max(x, y));
}

void GlfwHost::begin_frame() const {
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
}

void GlfwHost::end_frame(Picture* shown) const {
  ImGui::Render();
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  glViewport(0, 0, width, height);
  glClearColor(0, 0, 0, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  if (shown != nullptr) *shown = read_pixels(width, height);
  glfwSwapBuffers(window_);
}

viewer::TextureHandle GlfwHost::make_texture(const Picture& picture, viewer::Sampling sampling) {
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  const bool smooth = sampling == viewer::Sampling::kSmooth;
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, smooth ? GL_LINEAR_MIPMAP_LINEAR : GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, smooth ? GL_LINEAR : GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, kClampToEdge);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, kClampToEdge);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB, picture.width, picture.height, 0, GL_RGB, GL_UNSIGNED_BYTE, picture.rgb.data());
  if (smooth) generate_mipmap_(GL_TEXTURE_2D);
  return texture;
}

void GlfwHost::free_texture(viewer::TextureHandle texture) {
  const auto name = static_cast<GLuint>(texture);
  glDeleteTextures(1, &name);
}

void GlfwHost::upload_fonts() {
  // The first go up with all else that ImGui's renderer needs, before its first frame.
  if (!std::exchange(fonts_up_, true)) return;
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
}

std::string GlfwHost::save_file(const std::string& name, std::span<const std::byte> bytes) {
  const fs::path path = viewer::free_path(pictures_folder(), name);
  write_file(path, bytes);
  return path.string();
}

std::string GlfwHost::stored_state() {
  try {
    const std::vector<std::byte> bytes = read_file(state_file(), std::uint64_t{1} << 20U);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  } catch (const Error&) {
    return {};
  }
}

void GlfwHost::store_state(const std::string& state) {
  make_folder(state_file().parent_path());
  write_file(state_file(), state);
}

std::string GlfwHost::taught_model() const { return (state_file().parent_path() / "taught.safetensors").string(); }

std::string GlfwHost::demo_model() const { return (assets_folder() / "demo.safetensors").string(); }

std::string GlfwHost::asset(const std::string& name) const {
  const std::string path = (assets_folder() / name).string();
  return viewer::exists(path) ? path : std::string();
}

std::vector<std::string> GlfwHost::sample_photos() const { return viewer::photos_in(photos_folder().string()); }

void GlfwHost::start_camera() {
  camera_ = std::make_unique<Camera>([this] { wake(); });
}

viewer::CameraNews GlfwHost::camera_news() {
  if (!camera_) return {};
  return {camera_->take_picture(), camera_->error()};
}

std::unique_ptr<Backend> GlfwHost::make_backend(const std::string& name) {
  BackendOptions options = options_.backend;
  options.name = name;
  return zf::make_backend(options);
}

void GlfwHost::wake() { glfwPostEmptyEvent(); }

}  // namespace zf::app
