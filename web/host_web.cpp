#include "web/host_web.h"

#include <GLES3/gl3.h>
#include <backends/imgui_impl_opengl3.h>
#include <emscripten.h>
#include <emscripten/html5_webgl.h>
#include <fmt/format.h>
#include <imgui.h>

#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/file_kind.h"
#include "core/io/orientation.h"
#include "core/tensor/error.h"
#include "core/viewer/files.h"
#include "web/canvas_text.h"
#include "web/jpeg.h"

namespace zf::web {

namespace {

constexpr const char* kCameraFile = "/camera";
constexpr std::string_view kMagic = "ZFRGBA  ";

// What the page does for us, on the browser's main thread.
// clang-format off
EM_JS(void, page_ask, (), { Module["onAsk"](); })
EM_JS(void, page_save, (const char* name, const void* bytes, int size), {
  Module["onSave"](UTF8ToString(name), HEAPU8.slice(bytes, bytes + size));
})
EM_JS(void, page_store, (const char* state), { Module["onStore"](UTF8ToString(state)); })
EM_JS(void, page_camera, (int on), { Module["onCamera"](on !== 0); })
EM_JS(void, page_copy, (const char* text), { Module["onCopy"](UTF8ToString(text)); })
// clang-format on

void make_context() {
  EmscriptenWebGLContextAttributes attributes;
  emscripten_webgl_init_context_attributes(&attributes);
  attributes.majorVersion = 2;
  attributes.alpha = false;
  attributes.depth = false;
  attributes.antialias = false;
  const auto context = emscripten_webgl_create_context("#view", &attributes);
  if (context <= 0 || emscripten_webgl_make_context_current(context) != EMSCRIPTEN_RESULT_SUCCESS) {
    fail("expected a browser with WebGL 2, found none (code {})", static_cast<int>(context));
  }
}

std::uint32_t read_u32(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace

DecodedImage PixelDecoder::decode(std::span<const std::byte> bytes, const std::string& name) const {
  constexpr std::size_t kHeader = kMagic.size() + 2 * sizeof(std::uint32_t);
  if (bytes.size() >= kHeader && std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0) {
    const std::uint32_t width = read_u32(bytes, kMagic.size());
    const std::uint32_t height = read_u32(bytes, kMagic.size() + sizeof width);
    check_photo_size(width, height, {}, name);
    const std::size_t size = std::size_t{4} * width * height;
    const auto rest = bytes.subspan(kHeader);
    if (rest.size() < size) fail("{}: expected {} bytes of pixels, found {}", name, size, rest.size());
    const auto* const pixels = reinterpret_cast<const std::uint8_t*>(rest.data());
    return upright(image_from_rgba(static_cast<int>(width), static_cast<int>(height), {pixels, size}),
                   read_orientation(rest.subspan(size)));
  }
  const FileKind kind = file_kind(bytes);
  if (const auto header = read_image_header(bytes)) check_photo_size(header->width, header->height, {}, name);
  if (kind.format == PhotoFormat::kJpeg) {
    DecodedImage photo(upright(decode_jpeg(bytes, name), read_orientation(bytes)));
    photo.notes.emplace_back("this browser does not read the file, which may be cut short or damaged");
    return photo;
  }
  if (kind.format != PhotoFormat::kNone)
    fail("{}: expected a photo that this browser can read, found {}, which it cannot", name, kind.words);
  fail("{}: expected a photo, found {}", name, kind.words);
}

WebHost::WebHost(int threads, std::string state) : threads_(threads), state_(std::move(state)) {
  make_context();
  use_browser_fonts();
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.BackendPlatformName = "page";
  io.SetClipboardTextFn = [](void*, const char* text) { page_copy(text); };
  io.GetClipboardTextFn = [](void*) { return ""; };  // what is pasted comes as text, see Input::text
  ImGui_ImplOpenGL3_Init("#version 300 es");
}

WebHost::~WebHost() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext();
}

viewer::TextureHandle WebHost::make_texture(const Picture& picture, viewer::Sampling sampling) {
  drawn_.forget();  // names of textures are given anew
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  const bool smooth = sampling == viewer::Sampling::kSmooth;
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, smooth ? GL_LINEAR_MIPMAP_LINEAR : GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, smooth ? GL_LINEAR : GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, picture.width, picture.height, 0, GL_RGB, GL_UNSIGNED_BYTE, picture.rgb.data());
  if (smooth) glGenerateMipmap(GL_TEXTURE_2D);
  return texture;
}

void WebHost::free_texture(viewer::TextureHandle texture) {
  const auto name = static_cast<GLuint>(texture);
  glDeleteTextures(1, &name);
}

void WebHost::upload_fonts() {
  drawn_.forget();
  // The first go up with all else that ImGui's renderer needs, before its first frame.
  if (!std::exchange(fonts_up_, true)) return;
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
}

bool WebHost::ask_for_files() {
  page_ask();
  return true;
}

void WebHost::release(const std::string& path) {
  // What the page keeps for a restart stays.
  if (path.starts_with("/teach/")) std::remove(path.c_str());
}

std::string WebHost::save_file(const std::string& name, std::span<const std::byte> bytes) {
  page_save(name.c_str(), bytes.data(), static_cast<int>(bytes.size()));
  return fmt::format("your downloads as {}", name);
}

void WebHost::store_state(const std::string& state) { page_store(state.c_str()); }

std::string WebHost::asset(const std::string& name) const {
  const std::string path = "/" + name;
  return viewer::exists(path) ? path : std::string();
}

std::vector<std::string> WebHost::sample_photos() const { return viewer::photos_in("/samples"); }

void WebHost::start_camera() {
  camera_picture_ = false;
  camera_error_.clear();
  page_camera(1);
}

void WebHost::stop_camera() { page_camera(0); }

viewer::CameraNews WebHost::camera_news() {
  viewer::CameraNews news;
  news.error = std::exchange(camera_error_, {});
  if (std::exchange(camera_picture_, false)) news.picture = decoder_.decode(read_file(kCameraFile), "Camera").image;
  return news;
}

void WebHost::wake() {
  MAIN_THREAD_ASYNC_EM_ASM({ Module["onWake"](); });
}

}  // namespace zf::web
