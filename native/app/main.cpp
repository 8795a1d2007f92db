// zfscope-viewer: the desktop window of ZFScope.
#include <GLFW/glfw3.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <imgui.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/io/atomic_file.h"
#include "core/report/png.h"
#include "core/tensor/error.h"
#include "core/tensor/threads.h"
#include "core/viewer/app.h"
#include "core/viewer/files.h"
#include "core/viewer/keys.h"
#include "native/app/glfw_host.h"
#include "native/backends/memory.h"
#include "native/files/open_archive.h"
#include "native/text/system_fonts.h"

namespace zf::app {

namespace {

struct Arguments {
  std::vector<std::string> files;
  GlfwHost::Options host;
  std::string screenshot;
  std::string size;
  std::string theme;
  std::string layer;
  std::string backend;
  bool fresh = false;
};

void parse_size(const std::string& size, GlfwHost::Options& host) {
  int width = 0;
  int height = 0;
  char rest = 0;
  if (std::sscanf(size.c_str(), "%dx%d%c", &width, &height, &rest) != 2 || width < 1 || height < 1) {
    fail("--size: expected WIDTHxHEIGHT, found \"{}\"", size);
  }
  host.width = width;
  host.height = height;
}

/// GLFW, which calls this, lets no exception through.
void on_drop(GLFWwindow* window, int count, const char** paths) {
  auto& app = *static_cast<viewer::App*>(glfwGetWindowUserPointer(window));
  try {
    app.aim();
    app.open({paths, paths + count});
  } catch (const std::exception& error) {
    app.session().tell({error.what(), "Open it another way, or another file.", true});
  }
}

void draw(const GlfwHost& host, viewer::App& app, Picture* shown = nullptr) {
  app.prepare(host.display_scale());
  host.begin_frame();
  app.frame();
  host.end_frame(shown);
}

/// Draws when something happened, and while jobs report progress; else sleeps.
void run(GlfwHost& host, viewer::App& app) {
  constexpr double kProgress = 0.05;  // seconds between frames while only progress changes
  constexpr double kFading = 1;       // while only a message waits to go away
  constexpr int kSettling = 3;        // frames that ImGui takes to answer an event
  int due = kSettling;
  while (glfwWindowShouldClose(host.window()) == GLFW_FALSE) {
    if (due > 0) {
      glfwPollEvents();
      --due;
    } else if (app.wants_frames()) {
      const double before = glfwGetTime();
      const double most = app.settled() ? kFading : kProgress;
      glfwWaitEventsTimeout(most);
      if (glfwGetTime() - before < most) due = kSettling;
    } else {
      glfwWaitEvents();
      due = kSettling;
    }
    draw(host, app);
    if (ImGui::GetIO().KeyCtrl && viewer::is_pressed('Q')) glfwSetWindowShouldClose(host.window(), GLFW_TRUE);
  }
  int width = 0;
  int height = 0;
  glfwGetWindowSize(host.window(), &width, &height);
  app.store_window(width, height);
}

/// Draws until all is computed, and writes what the window shows.
void take_screenshot(const GlfwHost& host, viewer::App& app, const std::string& path) {
  constexpr int kSettling = 6;
  Picture shown;
  for (int quiet = 0; quiet < kSettling;) {
    glfwWaitEventsTimeout(0.01);
    draw(host, app, &shown);
    quiet = app.settled() ? quiet + 1 : 0;
  }
  write_file(path, encode_png(shown));
}

int view(const Arguments& arguments) {
  Arguments args = arguments;
  if (!args.size.empty()) parse_size(args.size, args.host);
  viewer::State state;
  // The window has to have its size before it opens, and only a host knows where the state is kept.
  GlfwHost host(args.host);
  if (!args.fresh) state = viewer::state_from_json(host.stored_state());
  if (args.size.empty())
    glfwSetWindowSize(host.window(), state.settings.get(viewer::App::kWindowWidth), state.settings.get(viewer::App::kWindowHeight));
  if (!args.theme.empty()) state.settings.set(viewer::App::kDark, args.theme == "dark");
  if (!args.layer.empty()) state.choice.layer = args.layer;
  if (!args.backend.empty()) state.choice.backend = args.backend;
  const bool photos = std::any_of(args.files.begin(), args.files.end(),
                                  [](const std::string& file) { return !viewer::is_model(file) && !viewer::is_table(file); });
  if (photos) state.choice.photos.clear();
  viewer::App app(host, state);
  glfwSetWindowUserPointer(host.window(), &app);
  glfwSetDropCallback(host.window(), on_drop);
  if (!args.files.empty()) app.open(args.files);
  if (!args.screenshot.empty()) {
    take_screenshot(host, app, args.screenshot);
    return 0;
  }
  app.run([&] { run(host, app); });
  return 0;
}

}  // namespace

}  // namespace zf::app

int main(int argc, char** argv) {
  zf::keep_freed_memory();
  zf::use_system_fonts();
  zf::open_archives_by(zf::open_archive);
  zf::app::Arguments args;
  CLI::App cli("What a convolutional network sees in your photos, in a window.", "zfscope-viewer");
  cli.set_version_flag("--version", ZF_VERSION);
  cli.add_option("files", args.files,
                 "MODEL.safetensors or MODEL.onnx (the demo model without one), photos and folders (or zip or tar files) of photos")
      ->type_name("");
  cli.add_option("--backend", args.backend, fmt::format("{} (as last time without one)", fmt::join(zf::backend_names(), ", ")));
  cli.add_option("--threads", args.host.backend.threads, "CPU threads; 0 means all cores")
      ->check(CLI::Range(0, zf::kMostThreads))
      ->capture_default_str();
  cli.add_option("--size", args.size, "of the window: WIDTHxHEIGHT");
  cli.add_option("--theme", args.theme, "dark or light")->check(CLI::IsMember({"dark", "light"}));
  cli.add_option("--layer", args.layer, "to look at, such as conv3");
  cli.add_flag("--fresh", args.fresh, "forget what was open before");
  cli.add_option("--screenshot", args.screenshot, "write what the window shows to a PNG file, once all is computed, and quit");
  try {
    cli.parse(argc, argv);
    return zf::app::view(args);
  } catch (const CLI::ParseError& error) {
    const int status = cli.exit(error);
    return status == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
