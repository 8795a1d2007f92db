#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "core/io/model.h"
#include "tests/report/small_story.h"
#include "tests/viewer/test_host.h"

namespace zf::testing {

/// A person's way through the window, with jobs on a thread or between frames. A model and two photos in a folder of their own.
class Journey : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static int folders = 0;
    folder_ = std::filesystem::temp_directory_path() / ("zf_viewer_" + std::to_string(::getpid()) + "_" + std::to_string(folders++));
    std::filesystem::create_directories(folder_);
    const Network network = test::story_network();
    save_model(path("small.safetensors"),
               {network, test::story_parameters(network), {}, test::story_classes(), test::story_preprocess(), {}}, Precision::kFloat32);
    write_test_photo(path("one.png"), 90, 70, 3);
    write_test_photo(path("two.png"), 64, 80, 5);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] viewer::State start() const {
    viewer::State state;
    state.choice.model = path("small.safetensors");
    state.choice.photos = {path("one.png"), path("two.png")};
    return state;
  }
  [[nodiscard]] viewer::State start(const std::string& tab) const {
    viewer::State state = start();
    state.settings.set(viewer::App::kTab, tab);
    return state;
  }
  [[nodiscard]] bool threads() const { return GetParam(); }

  std::filesystem::path folder_;
};

}  // namespace zf::testing
