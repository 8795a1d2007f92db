// The paper's experiments in the window: invariance (Fig. 5), correspondence (Table 1), retrained networks (Table 3).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/analysis/variants_files.h"
#include "core/io/atomic_file.h"
#include "core/viewer/panels/ablation_panel.h"
#include "core/viewer/panels/correspondence_panel.h"
#include "core/viewer/panels/invariance_panel.h"
#include "tests/viewer/journey.h"

namespace zf::testing {

namespace {

using viewer::CorrespondencePanel;
using viewer::InvariancePanel;
using viewer::Slot;

/// The small network on the reference backend.
struct Reference {
  explicit Reference(const std::string& path) : model(load_model(path)), net(*backend, model.network, model.parameters) {}

  [[nodiscard]] static Image photo(const std::string& path) { return TestDecoder().decode(read_file(path), path).image; }

  std::unique_ptr<Backend> backend = make_reference_backend();
  Model model;
  Net net;
};

std::string text_of(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

class Experiments : public Journey {
 protected:
  [[nodiscard]] static const InvariancePanel& invariance(Stage& stage) {
    return dynamic_cast<const InvariancePanel&>(*stage.app().find_panel("invariance"));
  }
  [[nodiscard]] static const CorrespondencePanel& correspondence(Stage& stage) {
    return dynamic_cast<const CorrespondencePanel&>(*stage.app().find_panel("correspondence"));
  }
  [[nodiscard]] InvarianceProbe probe(const Reference& reference, const std::string& photo, const std::array<int, 2>& stages) const {
    const Network& network = reference.model.network;
    InvarianceProbe probe(reference.net, {stage_end(network, stages[0]), stage_end(network, stages[1])},
                          surround_values(Surround::kMean, reference.model.preprocess));
    probe.set_photo(preprocess_whole(reference.model.preprocess, Reference::photo(path(photo))));
    return probe;
  }
  /// Marks both photos.
  void mark(Stage& stage) const {
    stage.click("marked face", 0.25F, 0.375F);
    stage.click("marked face", 0.75F, 0.25F);
    stage.click("marked face", 0.5F, 0.75F);
    stage.click("face 1");
    stage.click("marked face", 0.375F, 0.25F);
    stage.click("marked face", 0.625F, 0.375F);
    stage.click("marked face", 0.625F, 0.75F);
  }
};

void expect_same(const Response& response, const Response& truth) {
  for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(response.distance[k], truth.distance[k], 1e-4 * (1 + truth.distance[k]));
  ASSERT_EQ(response.probabilities.size(), truth.probabilities.size());
  for (std::size_t c = 0; c < truth.probabilities.size(); ++c) EXPECT_NEAR(response.probabilities[c], truth.probabilities[c], 1e-5F);
}

TEST_P(Experiments, CurvesAreWhatMeasuringEveryTransformGives) {
  Stage stage(1600, 1000, threads(), start("invariance"));
  stage.settle();
  const Reference reference(path("small.safetensors"));
  InvarianceProbe truth = probe(reference, "one.png", {1, 3});  // of four, the seventh is held below the class scores
  const auto& curves = invariance(stage).curves();
  ASSERT_TRUE(curves);
  EXPECT_EQ(curves->amounts, default_amounts(40));
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    ASSERT_EQ(curves->responses[axis].size(), curves->amounts[axis].size());
    std::vector<Transform> transforms;
    for (const double amount : curves->amounts[axis]) transforms.push_back(along(static_cast<Axis>(axis), amount));
    const std::vector<Response> responses = truth.measure(transforms);
    for (std::size_t i = 0; i < responses.size(); ++i) expect_same(curves->responses[axis][i], responses[i]);
  }
  for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(curves->norms[k], truth.norms()[k], 1e-4 * truth.norms()[k]);

  // Another photo and another layer begin anew.
  stage.press(viewer::kKeyRight);
  stage.click("first layer");
  stage.click("first layer 1");
  InvarianceProbe other = probe(reference, "two.png", {2, 3});
  ASSERT_TRUE(curves);
  for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(curves->norms[k], other.norms()[k], 1e-4 * other.norms()[k]);
  EXPECT_EQ(stage.app().state().settings.get(viewer::InvariancePanel::kStages), (std::array{2, 7}));
}

TEST_P(Experiments, TheTransformFollowsSliderPhotoPlotAndKeys) {
  Stage stage(1600, 1000, threads(), start("invariance"));
  stage.settle();
  const InvariancePanel& panel = invariance(stage);
  const Reference reference(path("small.safetensors"));
  InvarianceProbe truth = probe(reference, "one.png", {1, 3});
  const auto expect_measured = [&](Axis axis) {
    ASSERT_TRUE(panel.measured());
    EXPECT_EQ(panel.measured()->axis, axis);
    EXPECT_EQ(panel.measured()->amount, panel.amount(axis));
    const Transform transform = along(axis, panel.amount(axis));
    expect_same(*panel.measured()->response, truth.measure(std::vector{transform}).front());
    const Tensor seen = truth.view(transform);
    EXPECT_EQ(panel.measured()->picture.rgb, to_image(reference.model.preprocess, seen.values(), {40, 40}).rgb);
  };
  expect_measured(Axis::kTranslation);
  EXPECT_EQ(panel.amount(Axis::kTranslation), 0);
  stage.drag("transformed photo", {0.5F, 0.5F}, {0.5F, 0.7F});
  EXPECT_EQ(panel.amount(Axis::kTranslation), 8);  // a fifth of 40 pixels
  expect_measured(Axis::kTranslation);

  stage.click("Transform Scale");
  stage.drag("transformed photo", {0.6F, 0.5F}, {0.65F, 0.5F});
  const double scale = panel.amount(Axis::kScale);
  EXPECT_NEAR(scale, 1.5, 0.03);  // the pointer is on whole pixels
  expect_measured(Axis::kScale);
  stage.press('.');
  EXPECT_NEAR(panel.amount(Axis::kScale), scale + 0.05, 1e-9);
  stage.press(',');
  stage.press(',');
  EXPECT_NEAR(panel.amount(Axis::kScale), scale - 0.05, 1e-9);

  stage.press('X');
  stage.drag("transformed photo", {0.9F, 0.5F}, {0.5F, 0.1F});  // from the right to the top
  EXPECT_EQ(panel.amount(Axis::kRotation), 90);
  expect_measured(Axis::kRotation);
  stage.click("distance plot", 0.5F, 0.5F);
  EXPECT_NEAR(panel.amount(Axis::kRotation), 180, 1);
  stage.click("amount", 0, 0.5F);
  EXPECT_EQ(panel.amount(Axis::kRotation), 0);
  EXPECT_EQ(stage.app().state().settings.get(viewer::InvariancePanel::kAxis), Axis::kRotation);
}

TEST_P(Experiments, TheFollowedClassIsChosen) {
  Stage stage(1600, 1000, threads(), start("invariance"));
  stage.settle();
  const int other = (invariance(stage).label() + 1) % 4;
  stage.click("followed class");
  stage.click("followed class " + std::to_string(other));
  EXPECT_EQ(invariance(stage).label(), other);
  stage.press('S', true);
  const auto& files = stage.host().files;
  ASSERT_EQ(files.count("one-invariance.png"), 1U);
  const CsvTable table = CsvTable::parse(text_of(files.at("one-invariance.csv")), "saved");
  ASSERT_EQ(table.rows(), 25U + 17 + 36);
  EXPECT_EQ(table.text(0, "class"), test::story_classes()[static_cast<std::size_t>(other)]);
  const auto& response = invariance(stage).curves()->responses[0][0];
  EXPECT_EQ(table.number(0, "probability"), static_cast<double>(response.probabilities[static_cast<std::size_t>(other)]));
}

TEST_P(Experiments, MarkedFacesGiveTable1) {
  Stage stage(1600, 1000, threads(), start("correspondence"));
  stage.settle();
  mark(stage);
  const auto& view = correspondence(stage).view();
  ASSERT_TRUE(view);
  const CorrespondenceOptions defaults;
  EXPECT_EQ(view->draws, defaults.draws);

  // The same clicks in pixels of the photos: 44 pixels the shorter side, of which the middle 40 are seen.
  const Reference reference(path("small.safetensors"));
  const Annotations annotations{{"left_eye", "right_eye", "nose"},
                                {{"one.png",
                                  {{(10 + 8.0) * 90 / 56, (15 + 2.0) * 70 / 44},
                                   {(30 + 8.0) * 90 / 56, (10 + 2.0) * 70 / 44},
                                   {(20 + 8.0) * 90 / 56, (30 + 2.0) * 70 / 44}}},
                                 {"two.png",
                                  {{(15 + 2.0) * 64 / 44, (10 + 7.0) * 80 / 55},
                                   {(25 + 2.0) * 64 / 44, (15 + 7.0) * 80 / 55},
                                   {(25 + 2.0) * 64 / 44, (30 + 7.0) * 80 / 55}}}}};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<Place> places = stage.session().points(path(annotations.photos[i].image));
    ASSERT_EQ(places.size(), 3U);
    for (std::size_t part = 0; part < 3; ++part) {
      EXPECT_NEAR(places[part].x, annotations.photos[i].parts[part].x, 0.2) << i << " " << part;
      EXPECT_NEAR(places[part].y, annotations.photos[i].parts[part].y, 0.2) << i << " " << part;
    }
  }
  CorrespondenceOptions options;
  options.layers = {stage_end(reference.model.network, 2), stage_end(reference.model.network, 3)};
  Annotations clicked = annotations;
  std::vector<Face> faces;
  for (std::size_t i = 0; i < 2; ++i) {
    clicked.photos[i].parts = stage.session().points(path(annotations.photos[i].image));
    faces.push_back(make_face(clicked, i, Reference::photo(path(clicked.photos[i].image)), reference.model.preprocess));
  }
  CorrespondenceJob job(reference.net, options, clicked.parts, faces);
  run(job);
  const std::vector<PartResult> truth = job.results();
  ASSERT_EQ(view->results.size(), truth.size());
  for (std::size_t row = 0; row < truth.size(); ++row) {
    EXPECT_EQ(view->results[row].name, truth[row].name);
    for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(view->results[row].mean[k], truth[row].mean[k], 0.01) << truth[row].name;
  }
  stage.press('S', true);
  const auto json = nlohmann::json::parse(text_of(stage.host().files.at("correspondence.json")));
  EXPECT_EQ(json["faces"], 2);
  EXPECT_EQ(json["parts"][2]["layers"][0]["paper"]["mean"], 0.079);
  EXPECT_EQ(stage.host().files.count("correspondence.png"), 1U);
}

TEST_P(Experiments, PointsAreDraggedTakenBackAndCleared) {
  Stage stage(1600, 1000, threads(), start("correspondence"));
  stage.settle();
  mark(stage);
  const auto points = [&] { return stage.session().points(path("two.png")); };
  const Place before = points()[2];
  stage.drag("marked face", {0.625F, 0.75F}, {0.5F, 0.75F});
  EXPECT_NEAR(points()[2].x, before.x - 5.0 * 64 / 44, 0.1);  // an eighth of 40 pixels
  EXPECT_NEAR(points()[2].y, before.y, 0.1);
  ASSERT_TRUE(correspondence(stage).view());
  stage.click("Take back point");
  EXPECT_EQ(points().size(), 2U);
  EXPECT_FALSE(correspondence(stage).view());
  stage.click("Clear points");
  EXPECT_TRUE(points().empty());
  EXPECT_EQ(stage.session().points(path("one.png")).size(), 3U);
  EXPECT_EQ(viewer::state_from_json(to_json(stage.app().state())).choice.points, stage.session().choice().points);
}

TEST_P(Experiments, PointsOnAPhotoThatWasReadSmallerAreInItsFilesPixels) {
  std::filesystem::copy_file(path("two.png"), path("half.png"));
  viewer::State state = start("correspondence");
  state.choice.photos = {path("two.png"), path("half.png")};
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  for (const char* const face : {"face 0", "face 1"}) {
    stage.click(face);
    stage.click("marked face", 0.25F, 0.375F);
    stage.click("marked face", 0.75F, 0.25F);
    stage.click("marked face", 0.5F, 0.75F);
  }
  const std::vector<Place> whole = stage.session().points(path("two.png"));
  const std::vector<Place> half = stage.session().points(path("half.png"));
  ASSERT_EQ(half.size(), 3U);
  for (std::size_t i = 0; i < half.size(); ++i) {
    EXPECT_NEAR(half[i].x, 2 * whole[i].x, 1e-9);
    EXPECT_NEAR(half[i].y, 2 * whole[i].y, 1e-9);
  }
  ASSERT_TRUE(correspondence(stage).view()) << correspondence(stage).progress().error;
  EXPECT_EQ(correspondence(stage).view()->faces, 2U);
}

TEST_P(Experiments, EyesAtOnePlaceAreToldInWords) {
  Stage stage(1600, 1000, threads(), start("correspondence"));
  stage.settle();
  mark(stage);
  stage.drag("marked face", {0.625F, 0.375F}, {0.375F, 0.25F});
  EXPECT_FALSE(correspondence(stage).view());
  const std::string error = correspondence(stage).progress().error;
  EXPECT_NE(error.find("two.png"), std::string::npos) << error;
  EXPECT_NE(error.find("two eyes apart"), std::string::npos) << error;
}

TEST_P(Experiments, PointsComeBackFromATable) {
  std::string table;
  std::vector<viewer::FacePoints> points;
  {
    Stage stage(1600, 1000, threads(), start("correspondence"));
    stage.settle();
    mark(stage);
    stage.click("Save points");
    table = text_of(stage.host().files.at("points.csv"));
    points = stage.session().choice().points;
  }
  write_file(path("points.csv"), table);
  viewer::State state = start("correspondence");
  state.choice.photos.clear();
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  stage.app().open({path("points.csv")});
  stage.settle();
  EXPECT_EQ(stage.session().choice().photos, (std::vector{path("one.png"), path("two.png")}));
  EXPECT_EQ(stage.session().choice().points, points);
  EXPECT_TRUE(correspondence(stage).view());

  // Names from the table's folder on; a photo that is nowhere is told.
  write_file(path("named.csv"), std::string_view("file,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y\n"
                                                 "one.png,30,20,60,20,45,50\nnowhere.png,30,20,60,20,45,50\n"));
  stage.app().open({path("named.csv")});
  stage.settle();
  EXPECT_EQ(stage.session().points(path("one.png"))[2], (Place{45, 50}));
  const auto& notices = stage.app().notices().shown();
  EXPECT_TRUE(
      std::any_of(notices.begin(), notices.end(), [](const auto& notice) { return notice.text.find("nowhere.png") != std::string::npos; }));
  write_file(path("broken.csv"), std::string_view("image,nose_x,nose_y\none.png,1,2\n"));
  stage.app().open({path("broken.csv")});
  stage.settle();
  EXPECT_NE(notices.back().text.find("left_eye_x"), std::string::npos) << notices.back().text;
}

TEST_P(Experiments, RetrainedNetworksStandBesideThePapers) {
  Stage stage(1600, 1000, threads(), start("ablation"));
  stage.settle();
  EXPECT_EQ(stage.app().landmarks().find("variant 0"), nullptr);
  stage.click("Ablation Retrained");
  EXPECT_NE(stage.app().landmarks().find("variant 0"), nullptr);
  EXPECT_TRUE(stage.session().retrained().empty());
  write_file(path("table3.csv"), table3_csv(std::vector<VariantResult>{{"alexnet", 100, 9, 90, 60, {0.25, 0.5, 0.125}, 12}}));
  stage.app().open({path("table3.csv")});
  stage.settle();
  ASSERT_EQ(stage.session().retrained().size(), 1U);
  stage.press('S', true);
  const auto json = nlohmann::json::parse(text_of(stage.host().files.at("table3.json")));
  ASSERT_EQ(json.size(), 12U);
  EXPECT_EQ(json[0]["here"]["val_top1"], 0.5);
  EXPECT_EQ(json[0]["paper"]["val_top1"], 0.405);
  EXPECT_FALSE(json[1].contains("here"));
  EXPECT_EQ(json[4]["paper"]["train_top1"], 0.711);
  stage.press('X');
  EXPECT_FALSE(stage.app().state().settings.get(viewer::AblationPanel::kRetrained));
  EXPECT_NE(stage.app().landmarks().find("ranked 0"), nullptr);
}

TEST_P(Experiments, EverySizeOfWindowIsDrawn) {
  for (const char* tab : {"invariance", "correspondence", "ablation"}) {
    viewer::State state = start(tab);
    state.settings.set(viewer::AblationPanel::kRetrained, true);
    Stage stage(1600, 1000, threads(), state);
    stage.settle();
    for (const auto& [width, height] : {std::pair{1, 1}, {200, 100}, {420, 800}, {900, 700}, {3840, 2160}}) {
      stage.resize(width, height);
      stage.settle();
      if (width == 420) stage.click("Page Network");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Viewer, Experiments, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing
