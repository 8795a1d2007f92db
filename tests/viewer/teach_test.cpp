// The tab Teach: classes of one's own.
#include <gtest/gtest.h>

#include <fstream>

#include "core/viewer/files.h"
#include "core/viewer/panels/teach_panel.h"
#include "tests/viewer/classes.h"
#include "tests/viewer/models.h"

namespace zf::testing {
namespace {

class Teach : public Models {
 protected:
  [[nodiscard]] static const viewer::Teaching& teaching(const Stage& stage) {
    return dynamic_cast<const viewer::TeachPanel&>(*stage.app().find_panel("teach")).teaching();
  }
  [[nodiscard]] std::unique_ptr<Stage> open() const {
    auto stage = std::make_unique<Stage>(1400, 900, threads(), start("teach"));
    stage->host().taught = path("kept/taught.safetensors");
    stage->settle();
    return stage;
  }
  [[nodiscard]] std::unique_ptr<Stage> open_with_classes(int photos = 10) const {
    write_classes(path("classes"), photos);
    auto stage = open();
    stage->app().open({path("classes")});
    stage->settle();
    return stage;
  }
  /// The mouse on a control, its button held or not, for one frame.
  static void hold(Stage& stage, const std::string& landmark, bool down) {
    const auto* found = stage.app().landmarks().find(landmark);
    ASSERT_NE(found, nullptr) << landmark;
    ImGui::GetIO().MousePos = found->box.middle();
    stage.frame();
    ImGui::GetIO().MouseDown[0] = down;
    stage.frame();
  }
};

TEST_P(Teach, AFolderOfFoldersBecomesTheNetworkOfAllTabs) {
  const auto stage = open_with_classes();
  const auto& classes = teaching(*stage).classes();
  ASSERT_EQ(classes.size(), 2U) << "the empty ones made room";
  EXPECT_EQ(classes[0].name, "columns");
  EXPECT_EQ(classes[1].name, "rows");
  EXPECT_EQ(classes[0].photos.size(), 10U);
  EXPECT_EQ(stage->session().choice().photos.size(), 3U) << "the photos to look at are others";

  stage->click("Teach");
  const auto& view = teaching(*stage).view();
  ASSERT_TRUE(view && view->done && view->saved);
  EXPECT_EQ(view->held_out, 4);
  const auto& model = stage->session().model();
  EXPECT_EQ(model->classes, (std::vector<std::string>{"columns", "rows"}));
  EXPECT_EQ(model->network.name, "small-taught");
  EXPECT_TRUE(model->known.has_value());
  EXPECT_EQ(stage->session().photo()->top.size(), 2U);
  EXPECT_EQ(stage->session().photo()->look == nullptr, false);
  const Model file = load_model(path("kept/taught.safetensors"));
  EXPECT_EQ(file.classes, model->classes);

  stage->click("Save model");
  EXPECT_EQ(stage->host().files.at("small-taught.safetensors"), read_file(path("kept/taught.safetensors")));
  stage->click("Back to small");
  EXPECT_EQ(stage->session().model()->path, path("small.safetensors"));
  EXPECT_EQ(stage->session().model()->classes, test::story_classes());
  stage->click("Show the taught network");
  EXPECT_EQ(stage->session().model()->classes.size(), 2U);
}

// Teaching again begins with the network that was there before, and its photos need not be looked at again.
TEST_P(Teach, TeachingAgainStartsFromTheOrigin) {
  const auto stage = open_with_classes();
  stage->click("Teach");
  stage->click("Add a class");
  stage->app().open({path("classes/rows")});
  stage->settle();
  EXPECT_EQ(teaching(*stage).classes()[2].name, "rows") << "named by its folder";
  EXPECT_NE(stage->app().landmarks().find("Two classes are called “rows”."), nullptr);
  stage->click("Remove rows");
  stage->click("Add a class");
  for (int i = 0; i < 5; ++i) stage->app().open({photo(i)});
  stage->settle();
  stage->click("Teach");
  EXPECT_EQ(stage->session().model()->classes, (std::vector<std::string>{"columns", "rows", "Class 6"}));
  ASSERT_TRUE(teaching(*stage).base());
  EXPECT_EQ(teaching(*stage).base()->path, path("small.safetensors"));
}

TEST_P(Teach, WhatIsLackingIsSaid) {
  const auto stage = open();
  const auto says = [&](const char* words) { return stage->app().landmarks().find(words) != nullptr; };
  EXPECT_TRUE(says("“Class 1” has no photos yet."));
  stage->click("Teach");
  EXPECT_FALSE(teaching(*stage).view()) << "there is nothing to begin with";
  stage->click("Name of class 1");
  stage->app().open({photo(0), photo(1)});
  stage->settle();
  EXPECT_TRUE(says("“Class 1” has 2 photos: 5 or more are needed, 30 or more are better."));
  std::ofstream(path("no.png")) << "nothing that is a photo";
  stage->app().open({path("no.png"), path("gone.png")});
  stage->settle();
  EXPECT_EQ(teaching(*stage).classes()[0].photos.size(), 2U);
  ASSERT_EQ(teaching(*stage).classes()[0].unreadable.size(), 1U);
  EXPECT_NE(teaching(*stage).classes()[0].unreadable[0].find("no.png"), std::string::npos);
  EXPECT_TRUE(says("Class 1: 1 file can not be read"));
  ASSERT_EQ(stage->app().notices().shown().size(), 1U);
  EXPECT_NE(stage->app().notices().shown()[0].text.find("gone.png"), std::string::npos);
  EXPECT_EQ(stage->host().released, (std::vector<std::string>{photo(0), photo(1), path("no.png")}));
  stage->click("Remove Class 2");
  EXPECT_TRUE(says("Two classes or more are needed."));
}

TEST_P(Teach, DropsGoToTheClassUnderThePointer) {
  const auto stage = open();
  EXPECT_EQ(teaching(*stage).chosen(), 1U);
  hold(*stage, "Name of class 1", false);
  EXPECT_EQ(teaching(*stage).chosen(), 1U) << "pointing chooses nothing by itself";
  stage->app().aim();
  stage->app().open({photo(0)});
  stage->settle();
  EXPECT_EQ(teaching(*stage).classes()[0].photos.size(), 1U);
}

TEST_P(Teach, PhotosAreKeptUpToABound) {
  const auto stage = open();
  const std::vector<std::string> many(viewer::Teaching::kMostPhotos + 3, photo(0));
  stage->app().open(many);
  stage->settle();
  EXPECT_EQ(teaching(*stage).photos(), viewer::Teaching::kMostPhotos);
  EXPECT_EQ(teaching(*stage).left_out(), 3U);
}

TEST_P(Teach, TheCameraIsCollectedWhileTheButtonIsHeld) {
  const auto stage = open();
  const auto frame = [&](int seed) {
    stage->host().camera.picture = test::noise_photo(60, 50, static_cast<std::uint32_t>(seed));
    for (int i = 0; i < 2000 && (stage->host().camera.picture || stage->session().busy()); ++i) stage->frame();
  };
  hold(*stage, "Collect class 2", true);
  EXPECT_TRUE(stage->host().camera_runs);
  for (int i = 0; i < 4; ++i) frame(i);
  hold(*stage, "Collect class 2", true);
  const std::size_t collected = teaching(*stage).classes()[1].photos.size();
  EXPECT_EQ(collected, 4U);
  EXPECT_EQ(teaching(*stage).classes()[1].photos[0]->width, 40) << "as the network sees it";
  ImGui::GetIO().MouseDown[0] = false;
  stage->frame();
  frame(9);
  stage->frame();
  EXPECT_EQ(teaching(*stage).classes()[1].photos.size(), collected);
  EXPECT_TRUE(teaching(*stage).classes()[0].photos.empty());
}

// A step at a time: one makes the lesson, one looks at each view, then one trains each batch.
TEST_P(Teach, StopsWithWhatWasLearntAndGoesOn) {
  constexpr int kPhotosAClass = 6;
  viewer::Worker worker(false, [] {});
  Model model = load_model(path("small.safetensors"));
  auto scope = std::make_shared<viewer::Scope>();
  scope->backend = make_cpu_backend(1);
  scope->net = std::make_unique<Net>(*scope->backend, model.network, std::move(model.parameters));
  auto lesson = std::make_shared<viewer::Lesson>();
  lesson->scope = scope;
  lesson->preprocess = model.preprocess;
  lesson->name = "stopped";
  lesson->classes = {"one", "two"};
  lesson->features = std::make_shared<Features>();
  for (int i = 0; i < 2 * kPhotosAClass; ++i) {
    const Image view = centre_view(model.preprocess, test::noise_photo(50, 50, static_cast<std::uint32_t>(i)));
    lesson->photos.push_back({std::make_shared<const Image>(view), i % 2});
  }
  const viewer::Slot slot = worker.add_slot(viewer::Subject::kModel, viewer::Urgency::kLong);
  std::vector<viewer::LessonView> views;
  const auto begin = [&](const std::shared_ptr<std::atomic<bool>>& stop) {
    worker.start(slot, viewer::lesson_job(lesson, stop, path("kept/stopped.safetensors"),
                                          [&](viewer::LessonView view) { views.push_back(std::move(view)); }));
  };
  const auto steps = [&](int count) {
    for (int i = 0; i < count && worker.busy(); ++i) worker.work(std::chrono::milliseconds(0));
    worker.collect();
  };

  const auto early = std::make_shared<std::atomic<bool>>(false);
  begin(early);
  steps(3);
  early->store(true);
  steps(1);
  ASSERT_FALSE(worker.busy());
  EXPECT_FALSE(views.back().saved) << "nothing was learnt yet";
  EXPECT_FALSE(viewer::exists(path("kept/stopped.safetensors")));

  const auto later = std::make_shared<std::atomic<bool>>(false);
  begin(later);
  steps(4 * kPhotosAClass + 20);
  ASSERT_TRUE(worker.busy());
  later->store(true);
  steps(1);
  ASSERT_FALSE(worker.busy());
  EXPECT_TRUE(views.back().saved);
  EXPECT_FALSE(views.back().done);
  const std::size_t epochs = views.back().log.size();
  EXPECT_GT(epochs, 0U);
  EXPECT_EQ(load_model(path("kept/stopped.safetensors")).classes, lesson->classes);

  begin(std::make_shared<std::atomic<bool>>(false));
  steps(100000);
  EXPECT_TRUE(views.back().done && views.back().saved);
  EXPECT_GT(views.back().log.size(), epochs);
  EXPECT_EQ(load_model(path("kept/stopped.safetensors")).network.name, "stopped");
}

TEST_P(Teach, StopAndGoOn) {
  const auto stage = open_with_classes(400);
  hold(*stage, "Teach", true);
  hold(*stage, "Teach", false);
  stage->frame();
  hold(*stage, "Stop", true);
  hold(*stage, "Stop", false);
  stage->settle();
  const auto& view = teaching(*stage).view();
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->done);
  stage->click("Go on");
  EXPECT_TRUE(view->done);
  EXPECT_EQ(stage->app().landmarks().find("Go on"), nullptr);
}

TEST_P(Teach, ClassesAreNamedByTyping) {
  const auto stage = open();
  hold(*stage, "Name of class 1", true);
  hold(*stage, "Name of class 1", false);
  for (const char* const letter : {"c", "a", "t"}) {
    ImGui::GetIO().AddInputCharactersUTF8(letter);
    stage->frame();
  }
  stage->settle();
  EXPECT_EQ(teaching(*stage).classes()[0].name, "cat");
  EXPECT_EQ(stage->app().state().settings.get(viewer::App::kTab), "teach") << "letters are no shortcuts meanwhile";
}

TEST_P(Teach, NetworksThatCannotBeTaughtSaySo) {
  Network network = test::story_network();
  network.layers.pop_back();
  network.layers.push_back({"fc5", LinearLayer{4}, {9}});
  network.layers.push_back({"sum", AddLayer{}, {10, 11}});
  save_model(path("sum.safetensors"), {network, test::story_parameters(network), {}, test::story_classes(), test::story_preprocess(), {}},
             Precision::kFloat32);
  const auto stage = open();
  stage->app().open({path("sum.safetensors")});
  stage->settle();
  EXPECT_EQ(stage->session().model()->path, path("sum.safetensors"));
  EXPECT_FALSE(teaching(*stage).lack(stage->session()).empty());
  EXPECT_NE(teaching(*stage).lack(stage->session()).find("expected class scores from one conv or linear layer"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Viewer, Teach, ::testing::Bool(), [](const auto& kind) { return kind.param ? "Thread" : "NoThread"; });

}  // namespace
}  // namespace zf::testing
