// What the tabs look like. What names the machine and its speed is left out: the photo's column, or its page where there is one column.
#include "tests/snapshot.h"

#include "core/viewer/layout.h"
#include "tests/viewer/classes.h"
#include "tests/viewer/journey.h"
#include "tests/viewer/models.h"
#include "tests/viewer/rasterise.h"

namespace zf::testing {
namespace {

constexpr int kWidth = 1400;
constexpr int kHeight = 900;
constexpr int kPhoneWidth = 390;
constexpr int kPhoneHeight = 844;

/// The stage without the photo's column.
Picture beside_the_photo(const Stage& stage) {
  const int left = static_cast<int>(viewer::lay_out(kWidth, kHeight, 1).middle.x);
  return crop(rasterise(stage), {left, 0, kWidth - left, kHeight});
}

/// With the pointer out of the way.
std::unique_ptr<Stage> settled(int width, int height, const viewer::State& state, const std::vector<std::string>& opened = {}) {
  auto stage = std::make_unique<Stage>(width, height, false, state);
  ImGui::GetIO().MousePos = {0, 0};
  if (!opened.empty()) stage->app().open(opened);
  stage->settle();
  return stage;
}

/// Of one model.
class Snapshots : public Journey {
 protected:
  void expect_tab(const std::string& tab, const std::string& name, bool dark = true, const std::vector<std::string>& opened = {}) {
    viewer::State state = start(tab);
    state.settings.set(viewer::App::kDark, dark);
    expect_snapshot(name, beside_the_photo(*settled(kWidth, kHeight, state, opened)));
  }
  void expect_page(const std::string& page, const std::string& name) {
    const auto stage = settled(kPhoneWidth, kPhoneHeight, start("features"));
    stage->click("Page " + page);
    ImGui::GetIO().MousePos = {0, 0};
    stage->settle();
    expect_snapshot(name, rasterise(*stage));
  }
};

TEST_P(Snapshots, Features) { expect_tab("features", "viewer_features"); }
TEST_P(Snapshots, FeaturesOnLight) { expect_tab("features", "viewer_features_light", false); }
TEST_P(Snapshots, Occlusion) { expect_tab("occlusion", "viewer_occlusion"); }
TEST_P(Snapshots, Ablation) { expect_tab("ablation", "viewer_ablation"); }
TEST_P(Snapshots, Invariance) { expect_tab("invariance", "viewer_invariance"); }
TEST_P(Snapshots, Correspondence) { expect_tab("correspondence", "viewer_correspondence"); }
TEST_P(Snapshots, Teach) {
  write_classes(path("classes"), 7);
  expect_tab("teach", "viewer_teach", true, {path("classes")});
}
TEST_P(Snapshots, NetworkOnAPhone) { expect_page("Network", "viewer_phone_network"); }
TEST_P(Snapshots, UnitOnAPhone) { expect_page("Unit", "viewer_phone_unit"); }

/// Of several.
class SnapshotsOfModels : public Models {};

TEST_P(SnapshotsOfModels, Comparison) {
  write_model("second.safetensors", 0.8F, 0.3F);
  viewer::State state = start("comparison", 5);
  state.choice.second = path("second.safetensors");
  expect_snapshot("viewer_comparison", beside_the_photo(*settled(kWidth, kHeight, state)));
}

TEST_P(SnapshotsOfModels, Evolution) {
  viewer::State state = start("evolution", 5);
  for (const auto& [epoch, scale] : {std::pair{"001", 0.2F}, {"002", 0.7F}, {"010", 1.2F}}) {
    state.choice.run.push_back(path(std::string("epoch_") + epoch + ".safetensors"));
    write_model(std::string("epoch_") + epoch + ".safetensors", scale, 0.1F);
  }
  expect_snapshot("viewer_evolution", beside_the_photo(*settled(kWidth, kHeight, state)));
}

const auto kName = [](const auto&) { return "NoThread"; };
INSTANTIATE_TEST_SUITE_P(Viewer, Snapshots, ::testing::Values(false), kName);
INSTANTIATE_TEST_SUITE_P(Viewer, SnapshotsOfModels, ::testing::Values(false), kName);

}  // namespace
}  // namespace zf::testing
