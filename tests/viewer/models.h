#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/analysis/mine.h"
#include "core/deconv/seed.h"
#include "core/io/atomic_file.h"
#include "core/io/model.h"
#include "core/io/preprocess.h"
#include "tests/report/small_story.h"
#include "tests/viewer/test_host.h"

namespace zf::testing {

/// Models and photos in a folder of their own.
class Models : public ::testing::TestWithParam<bool> {
 protected:
  static constexpr int kPhotos = 12;

  void SetUp() override {
    static int folders = 0;
    folder_ = std::filesystem::temp_directory_path() / ("zf_models_" + std::to_string(::getpid()) + "_" + std::to_string(folders++));
    std::filesystem::create_directories(folder_ / "photos");
    for (int i = 0; i < kPhotos; ++i) write_test_photo(photo(i), 44 + i, 44, i + 2);  // not resized
    write_model("small.safetensors", 1);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] std::string photo(int i) const { return path("photos/" + std::string(i < 10 ? "0" : "") + std::to_string(i) + ".png"); }
  [[nodiscard]] bool threads() const { return GetParam(); }

  /// The small network with all weights scaled, and with `shift` added to each.
  void write_model(const std::string& name, float scale, float shift = 0) const {
    Network network = test::story_network();
    Parameters parameters = test::story_parameters(network);
    for (auto& [key, tensor] : parameters) {
      int i = 0;
      for (float& value : tensor.values()) value = value * scale + shift * static_cast<float>(i++ % 5 - 2);
    }
    save_model(path(name), {network, std::move(parameters), {}, test::story_classes(), test::story_preprocess(), {}}, Precision::kFloat32);
  }
  [[nodiscard]] viewer::State start(const std::string& tab = "features", int photos = 3) const {
    viewer::State state;
    state.settings.set(viewer::App::kTab, tab);
    state.choice.model = path("small.safetensors");
    for (int i = 0; i < photos; ++i) state.choice.photos.push_back(photo(i));
    return state;
  }
  void mine(const std::string& model, const std::string& atlas, bool patches = true) const {
    const std::unique_ptr<Backend> backend = make_cpu_backend(1);
    Model loaded = load_model(path(model));
    const Net net(*backend, loaded.network, std::move(loaded.parameters));
    const TestDecoder decoder;
    MineOptions options;
    options.patches = patches;
    MineJob job(net, loaded.preprocess, list_photos(path("photos")), decoder, path(atlas), options);
    run(job);
  }
  /// Each photo's strongest activation of a map of conv2, strongest first, with its photo.
  [[nodiscard]] std::vector<std::pair<float, std::string>> ranking(int map) const {
    const std::unique_ptr<Backend> backend = make_reference_backend();
    Model model = load_model(path("small.safetensors"));
    const Net net(*backend, model.network, std::move(model.parameters));
    std::vector<std::pair<float, std::string>> all;
    for (int i = 0; i < kPhotos; ++i) {
      DeviceTensor x;
      Trace trace;
      backend->upload(preprocess_image(model.preprocess, TestDecoder().decode(read_file(photo(i)), photo(i)).image), x);
      net.forward(x, trace);
      const Seed seed = strongest_places(*backend, trace, find_layer(model.network, "conv2"))[static_cast<std::size_t>(map)];
      all.emplace_back(seed.value, std::filesystem::path(photo(i)).filename().string());
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    return all;
  }

  std::filesystem::path folder_;
};

/// A saved file; null where there is none.
inline nlohmann::json saved_json(const Stage& stage, const std::string& name) {
  const auto found = stage.host().files.find(name);
  if (found == stage.host().files.end()) return {};
  return nlohmann::json::parse(std::string(reinterpret_cast<const char*>(found->second.data()), found->second.size()));
}

}  // namespace zf::testing
