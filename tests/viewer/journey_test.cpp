// The journey of a person through the window, by mouse and keys, without a window.
#include "tests/viewer/journey.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/deconv/seed.h"
#include "core/io/atomic_file.h"
#include "core/io/preprocess.h"
#include "core/nn/prediction.h"
#include "core/viewer/files.h"
#include "core/viewer/panels/ablation_panel.h"
#include "core/viewer/panels/occlusion_panel.h"

namespace zf::testing {

namespace {

using viewer::State;

/// The network's forward pass on a photo, straight from core.
struct Truth {
  std::unique_ptr<Backend> backend = make_reference_backend();
  Model model;
  std::unique_ptr<Net> net;
  Tensor input;
  Trace trace;

  /// With `muted`, that filter of conv2 and its bias are 0: what its map is when it is muted behind the ReLU.
  Truth(const std::string& model_path, const std::string& photo, int muted = -1) {
    model = load_model(model_path);
    if (muted >= 0) {
      Tensor& weight = model.parameters.at("conv2.weight");
      for (int c = 0; c < weight.shape().c; ++c) std::fill_n(weight.plane(muted, c).begin(), weight.shape().plane(), 0.0F);
      model.parameters.at("conv2.bias").at(0, muted, 0, 0) = 0;
    }
    net = std::make_unique<Net>(*backend, model.network, std::move(model.parameters));
    input = preprocess_image(model.preprocess, TestDecoder().decode(read_file(photo), photo).image);
    run(input);
  }
  void run(const Tensor& pixels) {
    DeviceTensor x;
    backend->upload(pixels, x);
    net->forward(x, trace);
  }
  [[nodiscard]] std::vector<float> prediction() {
    const Tensor logits = backend->download(trace.output(logits_layer(model.network)));
    return probabilities(logits.values());
  }
};

TEST_P(Journey, PhotoIsPredictedAndItsStrongestUnitShown) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  Truth truth(path("small.safetensors"), path("one.png"));
  const auto& photo = stage.session().photo();
  ASSERT_TRUE(photo && photo->look);
  const std::vector<float> p = truth.prediction();
  ASSERT_EQ(photo->top.size(), 4U);
  EXPECT_EQ(photo->top[0].index, std::max_element(p.begin(), p.end()) - p.begin());
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(photo->probabilities[i], p[i], 1e-5F);

  EXPECT_EQ(stage.session().choice().layer, "conv2");  // the last convolution
  const Seed strongest = strongest_maps(*truth.backend, truth.trace, find_layer(truth.model.network, "conv2"), 1).front();
  ASSERT_TRUE(stage.session().unit());
  EXPECT_EQ(stage.session().unit()->seed.map, strongest.map);
  EXPECT_EQ(stage.session().unit()->seed.y, strongest.y);
  EXPECT_EQ(stage.session().unit()->seed.x, strongest.x);
  for (const auto& projection : stage.session().unit()->projections) EXPECT_TRUE(projection.has_value());
}

TEST_P(Journey, AnUnknownPhotoIsSaidToBeOne) {
  const std::string words = "Probably none of the 4 things that this model knows.";
  Model model = load_model(path("small.safetensors"));
  for (const auto& [threshold, unknown] : {std::pair(1000.0F, true), std::pair(-1000.0F, false)}) {
    model.known = KnownRule{threshold};
    save_model(path("telling.safetensors"), model, Precision::kFloat32);
    State state = start();
    state.choice.model = path("telling.safetensors");
    Stage stage(1600, 1000, threads(), state);
    stage.settle();
    ASSERT_TRUE(stage.session().photo()->knowledge);
    EXPECT_EQ(stage.app().landmarks().find(words) != nullptr, unknown);
  }
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  EXPECT_FALSE(stage.session().photo()->knowledge);
  EXPECT_FALSE(stage.app().landmarks().find(words) != nullptr);
}

TEST_P(Journey, LayerAndUnitArePickedByMouse) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.click("layer conv1");
  EXPECT_EQ(stage.session().choice().layer, "conv1");
  ASSERT_TRUE(stage.session().layer());
  EXPECT_EQ(stage.session().layer()->story.name, "conv1");

  stage.click("map 3");
  const auto& unit = stage.session().unit();
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->seed.map, 3);
  EXPECT_EQ(unit->seed.value, stage.session().layer()->strongest[3].value);

  // A second click picks the pixel: the middle of the top-left quarter.
  const Shape& shape = stage.session().layer()->story.maps.shape();
  stage.click("map 3", 0.25F, 0.25F);
  EXPECT_EQ(unit->seed.y, shape.h / 4);
  EXPECT_EQ(unit->seed.x, shape.w / 4);
  EXPECT_EQ(unit->seed.value, stage.session().layer()->story.maps.at(0, 3, shape.h / 4, shape.w / 4));
}

TEST_P(Journey, ClickOnThePhotoFindsTheUnitThere) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.click("layer conv1");
  stage.click("Photo", 0.75F, 0.5F);
  const auto& unit = stage.session().unit();
  ASSERT_TRUE(unit);
  const Size view{stage.session().photo()->view.height, stage.session().photo()->view.width};
  EXPECT_LE(std::abs(unit->field.x + unit->field.w / 2 - view.w * 3 / 4), 2);
  EXPECT_LE(std::abs(unit->field.y + unit->field.h / 2 - view.h / 2), 2);
  for (int map = 0; map < stage.session().layer()->story.maps.shape().c; ++map) {
    EXPECT_GE(unit->seed.value, stage.session().layer()->story.maps.at(0, map, unit->seed.y, unit->seed.x));
  }
}

TEST_P(Journey, MutingIsUndoneAndRedone) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.click("map 1", ImGuiMouseButton_Right);
  EXPECT_TRUE(stage.session().is_muted({stage.session().choice().layer, 1}));
  stage.press('M');
  const int map = stage.session().unit()->seed.map;
  EXPECT_TRUE(stage.session().is_muted({stage.session().choice().layer, map}));
  stage.press('Z', true);
  EXPECT_FALSE(stage.session().is_muted({stage.session().choice().layer, map}));
  EXPECT_TRUE(stage.session().is_muted({stage.session().choice().layer, 1}));
  stage.press('Z', true, true);
  EXPECT_TRUE(stage.session().is_muted({stage.session().choice().layer, map}));
  stage.press('U');
  EXPECT_TRUE(stage.session().choice().mutes.empty());
  stage.press('Z', true);
  EXPECT_EQ(stage.session().choice().mutes.size(), 2U);
}

TEST_P(Journey, MutingChangesThePrediction) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  const int map = stage.session().unit()->seed.map;
  EXPECT_FALSE(stage.session().muted());
  stage.press('M');
  ASSERT_TRUE(stage.session().muted());
  const std::vector<float> p = Truth(path("small.safetensors"), path("one.png"), map).prediction();
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(stage.session().muted()->probabilities[i], p[i], 1e-5F);
  stage.press('Z', true);
  EXPECT_FALSE(stage.session().muted());
}

TEST_P(Journey, MapsAreRankedByWhatTheClassLoses) {
  State state = start();
  state.settings.set(viewer::App::kTab, "ablation");
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  const auto& panel = dynamic_cast<const viewer::AblationPanel&>(*stage.app().find_panel("ablation"));
  ASSERT_TRUE(panel.view());
  const auto& drops = panel.view()->drops;
  ASSERT_EQ(drops.size(), 16U);
  const auto label = static_cast<std::size_t>(panel.view()->label);
  const float clean = Truth(path("small.safetensors"), path("one.png")).prediction()[label];
  for (const MapDrop& drop : drops) {
    EXPECT_NEAR(drop.drop, clean - Truth(path("small.safetensors"), path("one.png"), drop.map).prediction()[label], 1e-5F) << drop.map;
  }
  EXPECT_TRUE(std::is_sorted(drops.begin(), drops.end(), [](const MapDrop& a, const MapDrop& b) { return a.drop > b.drop; }));
  stage.click("ranked 3");
  EXPECT_EQ(stage.session().unit()->seed.map, drops[3].map);
  stage.click("ranked 2", ImGuiMouseButton_Right);
  EXPECT_TRUE(stage.session().is_muted({stage.session().choice().layer, drops[2].map}));
}

TEST_P(Journey, OcclusionIsWhatCoveringThePhotoGives) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.click("tab occlusion");
  stage.click("Square 16");
  const auto& panel = dynamic_cast<const viewer::OcclusionPanel&>(*stage.app().find_panel("occlusion"));
  ASSERT_TRUE(panel.view());
  const OcclusionMaps& maps = panel.view()->maps;
  ASSERT_EQ(maps.rows(), 4);  // 0, 8, 16, 24 of 40 pixels
  ASSERT_EQ(maps.columns(), 4);
  Truth truth(path("small.safetensors"), path("one.png"));
  const std::vector<float> p = maps.probability(panel.view()->label);
  for (int place = 0; place < 16; ++place) {
    Tensor covered = truth.input;
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 16; ++y) std::fill_n(&covered.at(0, c, place / 4 * 8 + y, place % 4 * 8), 16, 0.0F);
    }
    truth.run(covered);
    EXPECT_NEAR(p[static_cast<std::size_t>(place)], truth.prediction()[static_cast<std::size_t>(panel.view()->label)], 1e-5F) << place;
  }
  // Another photo begins anew.
  stage.press(viewer::kKeyRight);
  ASSERT_TRUE(panel.view());
  EXPECT_NEAR(probabilities(panel.view()->maps.clean_logits)[0], Truth(path("small.safetensors"), path("two.png")).prediction()[0], 1e-5F);
}

TEST_P(Journey, KeysStepThroughPhotosLayersMapsAndRules) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.press(viewer::kKeyRight);
  EXPECT_EQ(stage.session().photo()->name, "two.png");
  stage.press(viewer::kKeyUp);
  EXPECT_EQ(stage.session().choice().layer, "norm1");
  const std::vector<int> order = stage.session().layer()->by_strength;
  stage.press(viewer::kKeyRightBracket);
  EXPECT_EQ(stage.session().unit()->seed.map, order[1]);
  stage.press('3');
  EXPECT_EQ(stage.session().choice().rule, Rule::kGuided);
  stage.press('T');
  EXPECT_FALSE(stage.app().state().settings.get(viewer::App::kDark));
}

TEST_P(Journey, StateComesBack) {
  State kept;
  {
    Stage stage(1600, 1000, threads(), start());
    stage.settle();
    stage.press(viewer::kKeyRight);
    stage.click("layer conv1");
    stage.click("map 2");
    stage.press('2');
    stage.press('M');
    kept = viewer::state_from_json(to_json(stage.app().state()));
  }
  Stage stage(1600, 1000, threads(), kept);
  stage.settle();
  EXPECT_EQ(stage.session().photo()->name, "two.png");
  EXPECT_EQ(stage.session().choice().layer, "conv1");
  EXPECT_EQ(stage.session().unit()->seed.map, 2);
  EXPECT_EQ(stage.session().choice().rule, Rule::kGradient);
  EXPECT_TRUE(stage.session().is_muted({stage.session().choice().layer, 2}));
}

TEST_P(Journey, BrokenFilesAreToldAndNothingIsLost) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  write_file(path("broken.png"), std::string_view("no photo"));
  write_file(path("broken.safetensors"), std::string_view("no model"));
  stage.app().open({path("broken.png")});
  stage.settle();
  ASSERT_EQ(stage.app().notices().shown().size(), 1U);
  EXPECT_NE(stage.app().notices().shown()[0].text.find("broken.png"), std::string::npos);
  EXPECT_NE(stage.app().notices().shown()[0].advice, "");
  EXPECT_EQ(stage.session().choice().photos.size(), 2U);
  ASSERT_TRUE(stage.session().unit());

  stage.app().open({path("broken.safetensors"), path("missing.png")});
  stage.settle();
  EXPECT_EQ(stage.app().notices().shown().size(), 3U);
  EXPECT_EQ(stage.session().model()->path, path("small.safetensors"));
  EXPECT_EQ(stage.session().choice().model, path("small.safetensors"));
  EXPECT_TRUE(stage.session().unit());
  stage.press(viewer::kKeyEscape);
  EXPECT_EQ(stage.app().notices().shown().size(), 2U);
}

TEST_P(Journey, WhatIsOddAboutAPhotoStandsBelowIt) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  EXPECT_EQ(stage.app().landmarks().find("the file ends early"), nullptr);
  write_test_photo(path("cut.png"), 20, 16, 3);
  stage.app().open({path("cut.png")});
  stage.settle();
  EXPECT_NE(stage.app().landmarks().find("the file ends early"), nullptr);
}

TEST_P(Journey, PathIsPasted) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  write_test_photo(path("three.png"), 70, 70, 9);
  ImGui::SetClipboardText((path("three.png") + "\n").c_str());
  stage.press('V', true);
  EXPECT_EQ(stage.session().photo()->name, "three.png");
  EXPECT_EQ(stage.session().choice().photos.size(), 3U);
}

TEST_P(Journey, AddressIsPasted) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  write_test_photo(path("zwölf %41 à.png"), 70, 70, 9);
  ImGui::SetClipboardText(("file://localhost" + path("zw%C3%B6lf%20%2541%20%c3%a0.png\r\n")).c_str());
  stage.press('V', true);
  EXPECT_EQ(stage.session().photo()->name, "zwölf %41 à.png");
  EXPECT_EQ(viewer::path_of_address("/a%20b"), "/a%20b");
  EXPECT_EQ(viewer::path_of_address("file:///a%2/100%"), "/a%2/100%");
  EXPECT_EQ(viewer::path_of_address("file://"), "");
}

TEST_P(Journey, WhatDrawingThrowsLeavesTheStateBehind) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.press(viewer::kKeyRight);
  const auto fail_while_drawing = [] { throw std::bad_alloc(); };
  EXPECT_THROW(stage.app().run(fail_while_drawing), std::bad_alloc);
  EXPECT_EQ(viewer::state_from_json(stage.host().state), stage.app().state());
  stage.press(viewer::kKeyLeft);
  stage.app().run([&] { stage.frame(); });
  EXPECT_EQ(viewer::state_from_json(stage.host().state), stage.app().state());
}

TEST_P(Journey, MutingNamesTheMapThatIsShown) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  const viewer::MutedMap shown{stage.session().unit()->layer, stage.session().unit()->seed.map};
  // While another layer is on its way, M, the grid and the unit's button still mean what they show.
  stage.session().choose_layer("conv1");
  ASSERT_EQ(stage.session().unit()->layer, "conv2");
  viewer::hold_key('M', true);
  stage.app().prepare(1);
  stage.app().frame();
  ImGui::Render();
  viewer::hold_key('M', false);
  EXPECT_EQ(stage.session().choice().mutes, std::vector{shown});
  stage.settle();
  EXPECT_EQ(stage.session().unit()->layer, "conv1");
}

TEST_P(Journey, PictureIsSavedWithItsNumbers) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.press('S', true, true);
  const Seed& seed = stage.session().unit()->seed;
  const std::string name = "one-conv2-" + std::to_string(seed.map);
  const auto& files = stage.host().files;
  ASSERT_EQ(files.count(name + ".png"), 1U);
  ASSERT_EQ(files.count(name + ".json"), 1U);
  const auto& bytes = files.at(name + ".json");
  const auto json = nlohmann::json::parse(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  EXPECT_EQ(json["map"], seed.map);
  EXPECT_EQ(json["value"].get<float>(), seed.value);
  EXPECT_EQ(json["place"]["y"], seed.y);
  stage.press('S', true);
  EXPECT_EQ(files.count("one-conv2.png"), 1U);
}

TEST_P(Journey, EverySizeOfWindowIsDrawn) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  for (const auto& [width, height] : {std::pair{1, 1}, {200, 100}, {420, 800}, {900, 700}, {3840, 2160}}) {
    stage.resize(width, height);
    stage.settle();
  }
  stage.resize(420, 800);
  stage.settle();
  EXPECT_NE(stage.app().landmarks().find("Photo"), nullptr);
  EXPECT_EQ(stage.app().landmarks().find("layer conv1"), nullptr);
  stage.click("Page Network");
  stage.click("layer conv1");
  EXPECT_EQ(stage.session().choice().layer, "conv1");
  stage.click("Page Unit");
  EXPECT_NE(stage.app().landmarks().find("Patch"), nullptr);
}

TEST_P(Journey, TheWholeStoryIsSavedAsOnePage) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.press('W');
  const auto found = stage.host().files.find("one.html");
  ASSERT_NE(found, stage.host().files.end());
  const std::string html(reinterpret_cast<const char*>(found->second.data()), found->second.size());
  EXPECT_NE(html.find("<!DOCTYPE html>"), std::string::npos);
  for (const char* part : {"one.png", "conv1", "conv2", "data:image/png;base64,"}) EXPECT_NE(html.find(part), std::string::npos) << part;
  EXPECT_EQ(html.find("<script"), std::string::npos);
}

TEST_P(Journey, CameraTakesThePhotosPlaceUntilItEnds) {
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.click("Live camera");
  EXPECT_TRUE(stage.host().camera_runs);
  stage.host().camera.picture = TestDecoder().decode(read_file(path("two.png")), "two.png").image;
  stage.settle();
  Truth truth(path("small.safetensors"), path("two.png"));
  ASSERT_TRUE(stage.session().photo());
  EXPECT_EQ(stage.session().photo()->name, "Camera");
  const std::vector<float> p = truth.prediction();
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(stage.session().photo()->probabilities[i], p[i], 1e-5F);
  ASSERT_TRUE(stage.session().layer());
  const Tensor maps = truth.backend->download(truth.trace.output(stage.session().layer()->story.layer));
  EXPECT_NEAR(stage.session().layer()->story.maps.at(0, 1, 2, 2), maps.at(0, 1, 2, 2), 1e-4F);

  stage.host().camera.error = "It was unplugged.";
  stage.settle();
  EXPECT_FALSE(stage.session().live());
  EXPECT_FALSE(stage.host().camera_runs);
  ASSERT_FALSE(stage.app().notices().shown().empty());
  EXPECT_EQ(stage.app().notices().shown().back().text, "It was unplugged.");

  stage.press('L');
  EXPECT_TRUE(stage.host().camera_runs);
  stage.press(viewer::kKeyRight);
  EXPECT_FALSE(stage.host().camera_runs) << "another photo ends live pictures";
  EXPECT_EQ(stage.session().photo()->name, "two.png");
}

INSTANTIATE_TEST_SUITE_P(Viewer, Journey, ::testing::Bool(), [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing
