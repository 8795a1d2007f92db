// The desktop program as people run it, on a display of its own (Xvfb), with real keys and clicks (xdotool).
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "native/media/opencv_decoder.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;

class App : public ::testing::Test {
 protected:
  App() {
    const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / fmt::format("zf_app_{}_{}", info->name(), ::getpid());
    fs::create_directories(folder_ / "pictures");
    std::ofstream photo(folder_ / "photo.ppm", std::ios::binary);
    photo << "P6 256 256 255\n";
    for (int y = 0; y < 256; ++y) {
      for (int x = 0; x < 256; ++x)
        photo << static_cast<char>(x) << static_cast<char>((x * y) / 256) << static_cast<char>((x / 16 + y / 16) % 2 * 255);
    }
  }
  ~App() override { fs::remove_all(folder_); }

  /// Runs a command in the test's folder with a home of its own.
  [[nodiscard]] int run(const std::string& command) const {
    const int status = std::system(
        fmt::format("cd '{0}' && export HOME='{0}' XDG_STATE_HOME='{0}/state' XDG_PICTURES_DIR='{0}/pictures' LIBGL_ALWAYS_SOFTWARE=1 && "
                    "unset DISPLAY WAYLAND_DISPLAY && ({1}) >out 2>err </dev/null",
                    folder_.string(), command)
            .c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  /// On a display of 1600 x 1000. What graphics drivers leak is not ours.
  [[nodiscard]] int show(const std::string& command) const {
    std::ofstream(folder_ / "journey") << command;
    return run("ASAN_OPTIONS=detect_leaks=0 timeout 240 xvfb-run -a -s '-screen 0 1600x1000x24' bash journey");
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return text.str();
  }
  [[nodiscard]] fs::path path(const std::string& name) const { return folder_ / name; }

 private:
  fs::path folder_;
};

TEST_F(App, WithoutADisplayItPointsToRender) {
  EXPECT_EQ(run(ZF_VIEWER " photo.ppm"), 1);
  EXPECT_NE(text("err").find("display"), std::string::npos) << text("err");
  EXPECT_NE(text("err").find("zfscope render"), std::string::npos) << text("err");
}

TEST_F(App, WrongOptionsAreWrongUsage) {
  EXPECT_EQ(run(ZF_VIEWER " --theme pink"), 2);
  EXPECT_EQ(run(ZF_VIEWER " --help"), 0);
}

TEST_F(App, ScreenshotShowsThePhoto) {
  ASSERT_EQ(show(ZF_VIEWER " --fresh --size 1200x800 --screenshot shot.png photo.ppm"), 0) << text("err");
  const Image shot = load_image(path("shot.png"));
  EXPECT_EQ(shot.width, 1200);
  EXPECT_EQ(shot.height, 800);
  std::set<std::array<std::uint8_t, 3>> colours;
  for (std::size_t i = 0; i < shot.rgb.size(); i += 3) colours.insert({shot.rgb[i], shot.rgb[i + 1], shot.rgb[i + 2]});
  EXPECT_GT(colours.size(), 5000U);  // the photo's own are more than 10,000; the rest of the window has few
}

// OpenGL computes on the worker's thread while the window draws with a context of its own.
TEST_F(App, OnOpenGlItShowsTheSame) {
  ASSERT_EQ(run(ZF_PROGRAM " info --backends --json"), 0) << text("err");
  for (const auto& backend : nlohmann::json::parse(text("out"))) {
    if (backend["name"] == "opengl" && !backend["available"].get<bool>()) GTEST_SKIP() << backend["why"];
  }
  const std::string viewer = ZF_VIEWER " --fresh --size 1200x980 photo.ppm --screenshot ";
  ASSERT_EQ(show(viewer + "opengl.png --backend opengl"), 0) << text("err");
  ASSERT_EQ(show(viewer + "cpu.png --backend cpu"), 0) << text("err");
  const Image found = load_image(path("opengl.png"));
  const Image expected = load_image(path("cpu.png"));
  ASSERT_EQ(found.rgb.size(), expected.rgb.size());
  std::size_t others = 0;
  for (std::size_t i = 0; i < found.rgb.size(); ++i) others += std::abs(found.rgb[i] - expected.rgb[i]) > 8 ? 1U : 0U;
  EXPECT_GT(others, 0U);                     // the line that says what runs
  EXPECT_LT(others, found.rgb.size() / 50);  // and what it moves, nothing else
}

/// Two layers down, the third map, saved; then the window is closed, and opened again where it was.
TEST_F(App, JourneyByKeysGivesTheCommandLinesNumbers) {
  ASSERT_EQ(show(R"(
set -e
viewer() {
  )" ZF_VIEWER R"( "$@" &
  program=$!
  window=$(timeout 60 xdotool search --sync --onlyvisible --class zfscope-viewer | tail -1)
  xdotool windowfocus --sync $window
}
key() { xdotool keydown --window $window $1; sleep 0.2; xdotool keyup --window $window $1; sleep 0.3; }
quit() { xdotool keydown --window $window ctrl+q || true; wait $program; }
saved() { for i in $(seq 200); do key ctrl+shift+s; ls pictures/*.json >/dev/null 2>&1 && return; done; }
viewer --fresh --size 1600x1000 photo.ppm
saved; rm pictures/*
key Up; key Up; key bracketright; key bracketright; sleep 1
key ctrl+shift+s; sleep 1
quit
)"),
            0)
      << text("err");
  const auto state = nlohmann::json::parse(text("state/zfscope/viewer.json"));
  EXPECT_EQ(state["choice"]["layer"], "conv3");
  fs::path saved;
  for (const auto& entry : fs::directory_iterator(path("pictures"))) {
    if (entry.path().extension() == ".json") saved = entry.path();
  }
  const auto numbers = nlohmann::json::parse(text("pictures/" + saved.filename().string()));
  EXPECT_EQ(numbers["layer"], "conv3");
  EXPECT_EQ(numbers["map"], state["choice"]["map"]);
  ASSERT_EQ(run(fmt::format("{} project photo.ppm --layer conv3 --map {} --npy p.npy --json", ZF_PROGRAM, numbers["map"].get<int>())), 0)
      << text("err");
  const auto truth = nlohmann::json::parse(text("out"));
  EXPECT_NEAR(numbers["value"].get<double>(), truth["value"].get<double>(), 1e-3);
  EXPECT_EQ(numbers["place"], truth["place"]);
}

}  // namespace

}  // namespace zf::testing
