#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/io/atomic_file.h"
#include "core/report/png.h"
#include "small_story.h"

namespace zf::test {

/// A folder with a small model, in which the program's render command runs.
struct Rendering : ::testing::Test {
  Rendering()
      : folder(std::filesystem::path(::testing::TempDir()) /
               fmt::format("render-{}-{}", ::getpid(), ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(folder);
    Model model;
    model.network = story_network();
    model.parameters = story_parameters(model.network);
    model.classes = story_classes();
    model.preprocess = story_preprocess();
    save_model(folder / "small.safetensors", model, Precision::kFloat32);
  }
  ~Rendering() override { std::filesystem::remove_all(folder); }
  Rendering(const Rendering&) = delete;
  Rendering& operator=(const Rendering&) = delete;

  void write_photo(const std::filesystem::path& name, std::uint32_t seed) const {
    std::filesystem::create_directories((folder / name).parent_path());
    const Image photo = noise_photo(60, 50, seed);
    write_file(folder / name, encode_png({photo.width, photo.height, photo.rgb}));
  }

  /// The exit code; what was printed lies in out.txt and err.txt. `before` stands before the program, such as a limit of its time.
  [[nodiscard]] int run(const std::string& arguments, const std::string& before = {}) const {
    const std::string command = fmt::format("cd '{}' && {} '{}' render --backend cpu --threads {} {} >out.txt 2>err.txt", folder.string(),
                                            before, ZF_PROGRAM, threads, arguments);
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] std::string read(const std::filesystem::path& name) const {
    std::ifstream file(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] nlohmann::json printed() const { return nlohmann::json::parse(read("out.txt")); }

  std::filesystem::path folder;
  int threads = 1;  ///< the program's
};

}  // namespace zf::test
