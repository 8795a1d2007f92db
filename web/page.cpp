// What the page calls: the front end behind plain functions. All run on the browser's main thread; the page draws a frame when
// something happened or zf_frame asked for one. Texts that are returned hold until the next call.
#include <GLES3/gl3.h>
#include <backends/imgui_impl_opengl3.h>
#include <emscripten.h>
#include <imgui.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/viewer/app.h"
#include "core/viewer/keys.h"
#include "web/host_web.h"
#include "web/input.h"
#include "web/report.h"

namespace zf::web {

namespace {

/// All that lives as long as the page.
struct Page {
  WebHost host;
  Input input;
  viewer::App app;
  int width = 1;
  int height = 1;
  float scale = 1;
  double last = 0;  ///< when the last frame was, in milliseconds

  Page(int threads, const std::string& state) : host(threads, state), app(host, viewer::state_from_json(state)) { viewer::connect_keys(); }
};

std::unique_ptr<Page> page;
std::string answer;

const char* give(std::string text) {
  answer = std::move(text);
  return answer.c_str();
}

void draw(Page& p) {
  p.input.apply();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(p.width), static_cast<float>(p.height)};
  const double now = emscripten_get_now();
  io.DeltaTime = std::clamp(static_cast<float>((now - p.last) / 1000), 0.001F, 0.1F);
  p.last = now;
  p.app.prepare(p.scale);
  ImGui_ImplOpenGL3_NewFrame();
  p.app.frame();
  ImGui::Render();
  if (p.host.drawn().is_drawn(*ImGui::GetDrawData())) return;
  glViewport(0, 0, p.width, p.height);
  glClearColor(0, 0, 0, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace

extern "C" {

/// Starts the front end on this many threads, 0 where there are none; gives an empty text, or what went wrong. It draws from now on, and
/// begins its work with zf_ready.
EMSCRIPTEN_KEEPALIVE const char* zf_start(int threads, const char* state) {
  try {
    page = std::make_unique<Page>(threads, state);
    return "";
  } catch (const std::exception& error) {
    return give(error.what());
  }
}

/// What the page needs to begin is in the file system.
EMSCRIPTEN_KEEPALIVE void zf_ready() { page->host.set_ready(); }
/// All that ships with it is.
EMSCRIPTEN_KEEPALIVE void zf_complete() { page->host.set_complete(); }

/// More sample photos are in the file system.
EMSCRIPTEN_KEEPALIVE void zf_samples() { page->app.session().take_samples(); }

/// The canvas has this size, and a design pixel is `scale` of its own.
EMSCRIPTEN_KEEPALIVE void zf_resize(int width, int height, float scale) {
  page->width = std::max(1, width);
  page->height = std::max(1, height);
  page->scale = scale;
  page->host.drawn().forget();
}

/// Draws a frame. Gives the milliseconds until the next one is wanted, or -1 where nothing will change by itself.
EMSCRIPTEN_KEEPALIVE double zf_frame() {
  constexpr double kProgress = 100;
  draw(*page);
  if (page->input.waiting()) return 0;
  return page->app.wants_frames() ? kProgress : -1;
}

/// Takes what jobs delivered and starts those that follow, between frames; without threads jobs work for some milliseconds. Gives
/// whether they have more to do.
EMSCRIPTEN_KEEPALIVE int zf_update() {
  page->app.session().work();
  page->app.session().update();
  return !page->host.has_threads() && page->app.session().busy() ? 1 : 0;
}

EMSCRIPTEN_KEEPALIVE void zf_move(float x, float y) { page->input.move(x, y); }
EMSCRIPTEN_KEEPALIVE void zf_leave() { page->input.leave(); }
EMSCRIPTEN_KEEPALIVE void zf_button(int button, int down) { page->input.button(button, down != 0); }
EMSCRIPTEN_KEEPALIVE void zf_wheel(float x, float y) { page->input.wheel(x, y); }
EMSCRIPTEN_KEEPALIVE void zf_key(int key, int down, int modifiers) { page->input.key(key, down != 0, modifiers); }
EMSCRIPTEN_KEEPALIVE void zf_text(const char* utf8) { page->input.text(utf8); }
EMSCRIPTEN_KEEPALIVE void zf_release_all() { page->input.release_all(); }

/// The cursor that ImGui wants, as ImGuiMouseCursor.
EMSCRIPTEN_KEEPALIVE int zf_cursor() { return ImGui::GetMouseCursor(); }

/// Opens files that the page has put into the file system; a path a line.
EMSCRIPTEN_KEEPALIVE void zf_open(const char* paths) {
  std::vector<std::string> all;
  std::istringstream lines(paths);
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  page->app.open(all);
}

/// What is opened next was dropped where the pointer is.
EMSCRIPTEN_KEEPALIVE void zf_aim() { page->app.aim(); }

/// Pixels that a photo's shorter side never needs more of; 0 while no model is open.
EMSCRIPTEN_KEEPALIVE int zf_photo_side() {
  const auto& model = page->app.session().model();
  return model ? model->preprocess.longest_side() : 0;
}

/// Shows what a link asks for, once a model is open; empty texts ask for nothing.
EMSCRIPTEN_KEEPALIVE void zf_follow(const char* tab, const char* layer, const char* unit, const char* photo) {
  page->app.follow({tab, layer, unit, photo});
}

/// Something to tell that the page found out.
EMSCRIPTEN_KEEPALIVE void zf_tell(const char* text, const char* advice, int error) { page->app.session().tell({text, advice, error != 0}); }

/// Whether the next picture of the camera is welcome; it is told of by zf_camera_gave once it is in the file "/camera".
EMSCRIPTEN_KEEPALIVE int zf_camera_wants() { return page->host.wants_picture() ? 1 : 0; }
EMSCRIPTEN_KEEPALIVE void zf_camera_gave() { page->host.camera_gave(); }
/// The camera will give nothing more, for this reason.
EMSCRIPTEN_KEEPALIVE void zf_camera_failed(const char* why) { page->host.camera_failed(why); }

EMSCRIPTEN_KEEPALIVE const char* zf_report() { return give(report_json(page->app)); }
EMSCRIPTEN_KEEPALIVE const char* zf_landmarks() { return give(landmarks_json(page->app.landmarks())); }
/// Has the page keep what is open and chosen, by onStore.
EMSCRIPTEN_KEEPALIVE void zf_store() { page->host.store_state(to_json(page->app.state())); }

}  // extern "C"

}  // namespace zf::web
