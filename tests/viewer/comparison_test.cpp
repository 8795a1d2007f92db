// Two models beside each other, by mouse and keys, without a window.
#include "core/viewer/panels/comparison_panel.h"
#include "tests/viewer/models.h"

namespace zf::testing {

namespace {

using viewer::State;

class Comparison : public Models {};

const viewer::ComparisonPanel& comparison(const Stage& stage) {
  return dynamic_cast<const viewer::ComparisonPanel&>(*stage.app().find_panel("comparison"));
}

TEST_P(Comparison, SecondModelIsMeasuredBesideTheFirst) {
  write_model("second.safetensors", 0.8F, 0.3F);
  write_file(path("broken.png"), std::string_view("no photo"));
  State state = start("comparison", 5);
  state.choice.photos.push_back(path("broken.png"));
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  EXPECT_FALSE(comparison(stage).view());
  stage.click("Second model …");
  EXPECT_TRUE(stage.session().awaits_second());
  stage.click("Close");
  stage.app().open({path("second.safetensors")});
  stage.settle();
  EXPECT_FALSE(stage.session().awaits_second());
  EXPECT_EQ(stage.app().state().choice.second, path("second.safetensors"));
  EXPECT_EQ(stage.session().model()->path, path("small.safetensors"));

  ASSERT_TRUE(comparison(stage).view());
  const auto& models = comparison(stage).view()->models;
  ASSERT_EQ(models.size(), 2U);
  const std::unique_ptr<Backend> backend = make_reference_backend();
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = i == 0 ? "small" : "second";
    Model model = load_model(path(name + ".safetensors"));
    const Net net(*backend, model.network, std::move(model.parameters));
    ProfileJob job(net, {}, 5, [&](std::size_t k) {
      const std::string file = photo(static_cast<int>(k));
      return preprocess_image(model.preprocess, TestDecoder().decode(read_file(file), file).image);
    });
    run(job);
    const ModelProfile& found = models[i].profile;
    const ModelProfile& expected = job.profile();
    EXPECT_EQ(found.name, name);
    EXPECT_EQ(found.photos, 5U);
    EXPECT_NEAR(found.dominance, expected.dominance, 1e-6);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(found.layers[k].dead, expected.layers[k].dead);
      for (std::size_t m = 0; m < expected.layers[k].greatest.size(); ++m) {
        EXPECT_NEAR(found.layers[k].greatest[m], expected.layers[k].greatest[m], 1e-4F);
      }
    }
    ASSERT_EQ(found.projections.shape(), expected.projections.shape());
    for (std::size_t v = 0; v < expected.projections.size(); ++v) {
      ASSERT_NEAR(found.projections.values()[v], expected.projections.values()[v], 1e-3F);
    }
    EXPECT_NE(stage.app().landmarks().find("Filter 3 of " + name), nullptr);
  }
  EXPECT_NE(stage.app().landmarks().find("Aliased"), nullptr);
  stage.press('S', true);
  EXPECT_EQ(saved_json(stage, "comparison.json")["models"][1]["model"], "second");
  EXPECT_EQ(stage.host().files.count("comparison.png"), 1U);

  // The next model is the first one again, and the second one stays.
  stage.app().open({path("second.safetensors")});
  stage.settle();
  EXPECT_EQ(stage.session().model()->path, path("second.safetensors"));
  EXPECT_EQ(stage.app().state().choice.second, path("second.safetensors"));
  ASSERT_EQ(comparison(stage).view()->models.size(), 2U);
  EXPECT_EQ(comparison(stage).view()->models[0].profile.dominance, comparison(stage).view()->models[1].profile.dominance);
}

// The store lets go of what does not fit; the file may be gone when it is needed again.
TEST_P(Comparison, APhotoThatVanishesIsTold) {
  if (threads()) GTEST_SKIP() << "needs to know which step comes next";
  Stage stage(1600, 1000, false, start("features", 2));
  stage.settle();
  viewer::Worker& worker = stage.session().worker();
  viewer::ComparisonWish wish{path("small.safetensors"), path("small.safetensors"), {photo(5)}};
  wish.memory = 0;
  const viewer::Slot slot = worker.add_slot(viewer::Subject::kModel, viewer::Urgency::kLong);
  worker.start(slot, comparison_job(stage.host(), *stage.session().model(), wish, [](const auto&) {}));
  worker.work(std::chrono::milliseconds(0));
  std::filesystem::remove(photo(5));
  while (worker.busy()) worker.work(std::chrono::milliseconds(1));
  EXPECT_NE(worker.progress(slot).error.find("expected the photo that was there before"), std::string::npos) << worker.progress(slot).error;
}

TEST_P(Comparison, BrokenSecondModelIsTold) {
  write_file(path("broken.safetensors"), std::string_view("no model"));
  State state = start("comparison");
  state.choice.second = path("broken.safetensors");
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  EXPECT_NE(comparison(stage).progress().error.find("broken.safetensors"), std::string::npos);
  ASSERT_EQ(comparison(stage).view()->models.size(), 1U);
}

TEST_P(Comparison, EverySizeOfWindowShowsThem) {
  write_model("second.safetensors", 0.8F);
  write_model("epoch_1.safetensors", 1);
  write_model("epoch_2.safetensors", 1.1F);
  mine("small.safetensors", "small.atlas.safetensors");
  State state = start("comparison");
  state.choice.second = path("second.safetensors");
  state.choice.run = {path("epoch_1.safetensors"), path("epoch_2.safetensors")};
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  for (const auto& [width, height] : {std::pair{1, 1}, {200, 100}, {420, 800}, {900, 700}, {3840, 2160}}) {
    stage.resize(width, height);
    stage.settle();
    stage.press('N', false, true);
    stage.press('N');
  }
  EXPECT_EQ(stage.app().state().settings.get(viewer::App::kTab), "comparison");
}

INSTANTIATE_TEST_SUITE_P(Viewer, Comparison, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing
