// What the tabs look like. The photo's column is left out: it names the machine and its speed.
#include "tests/snapshot.h"

#include "core/viewer/layout.h"
#include "tests/viewer/classes.h"
#include "tests/viewer/journey.h"
#include "tests/viewer/rasterise.h"

namespace zf::testing {
namespace {

class Snapshots : public Journey {
 protected:
  void expect_tab(const std::string& tab, const std::string& name, bool dark = true, const std::string& opened = {}) {
    constexpr int kWidth = 1400;
    constexpr int kHeight = 900;
    viewer::State state = start(tab);
    state.settings.dark = dark;
    Stage stage(kWidth, kHeight, threads(), state);
    ImGui::GetIO().MousePos = {0, 0};
    if (!opened.empty()) stage.app().open({opened});
    stage.settle();
    const viewer::Layout layout = viewer::lay_out(kWidth, kHeight, 1);
    const int left = static_cast<int>(layout.middle.x);
    expect_snapshot(name, crop(rasterise(stage), {left, 0, kWidth - left, kHeight}));
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
  expect_tab("teach", "viewer_teach", true, path("classes"));
}

INSTANTIATE_TEST_SUITE_P(Viewer, Snapshots, ::testing::Values(false), [](const auto&) { return "NoThread"; });

}  // namespace
}  // namespace zf::testing
