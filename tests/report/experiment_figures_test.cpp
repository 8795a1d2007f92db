// The figures and tables of Figs. 5, 6 and 8: what stands in their numbers, and that pictures hold every plot and panel.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/figures/colormap.h"
#include "core/io/csv.h"
#include "core/report/comparison_figure.h"
#include "core/report/correspondence_figure.h"
#include "core/report/invariance_figure.h"
#include "core/report/occlusion_figure.h"
#include "tests/expect_error.h"
#include "tests/snapshot.h"

namespace zf {
namespace {

InvarianceStory story(std::size_t photos) {
  InvarianceStory story;
  story.layers = {"layer 1 (norm1)", "layer 7 (fc7)"};
  story.amounts = {{{-1, 0, 1}, {}, {0, 90}}};
  story.classes = {"dog", "cat"};
  for (std::size_t i = 0; i < photos; ++i) {
    InvarianceRecord record;
    record.name = "photo, " + std::to_string(i);
    record.norm = {4, 0};
    record.curves[0] = {{{{2, 0, 1}, {1, 0, 1}}}, {0.25, 0.5, 0.75}, {0, 0, 1}};
    record.curves[2] = {{{{0, 3}, {0, 5}}}, {0.5, 0.125}, {0, 1}};
    story.records.push_back(record);
  }
  return story;
}

/// A photo of 100 x 100 with squares of 40 that begin at 0, 20, 40 and 60: their middles are at 20 to 80.
OcclusionStory covered() {
  OcclusionStory story;
  story.view = make_image(100, 100);
  story.maps.y = story.maps.x = {0, 20, 40, 60};
  story.maps.size = 40;
  story.maps.stride = 20;
  story.maps.classes = 2;
  story.maps.clean_logits = {0, 0};
  for (int place = 0; place < 16; ++place) {
    const bool last = place % 4 == 3;  // the right column
    story.maps.activation.push_back(last ? 1.0F : 0.0F);
    story.maps.logits.insert(story.maps.logits.end(), {last ? 0.0F : 9.0F, 0.0F});
  }
  story.layer = "conv5";
  story.projection = Tensor({1, 3, 100, 100});
  story.classes = {"dog", "cat"};
  return story;
}

// Not stretched over the photo: the right column's cells begin half way between the middles at 60 and 80.
TEST(OcclusionFigure, CellsLieOverTheMiddlesOfTheirSquares) {
  const Picture figure = draw_occlusion(covered());
  constexpr int kSide = 300;
  constexpr int kLeft = 22 + (kSide + 22);  // of panel (b)
  constexpr int kTop = 22 + 30;
  for (int x = 0; x < kSide; ++x) {
    const Colour expected = colour_at(Colormap::kHeat, x < 70 * kSide / 100 ? 0.0F : 1.0F);
    ASSERT_EQ(figure.at(kLeft + x, kTop + kSide / 2), expected) << x;
  }
  testing::expect_snapshot("figure_occlusion", figure);
}

TEST(InvarianceFigure, EveryPointIsALine) {
  const CsvTable table = CsvTable::parse(invariance_csv(story(2)), "csv");
  ASSERT_EQ(table.rows(), 2U * 5U);
  EXPECT_EQ(table.text(5, "image"), "photo, 1");
  EXPECT_EQ(table.text(3, "axis"), "rotation");
  EXPECT_EQ(table.number(4, "amount"), 90);
  EXPECT_EQ(table.number(4, "distance_2"), 5);
  EXPECT_EQ(table.number(0, "relative_1"), 0.5);
  EXPECT_EQ(table.text(0, "relative_2"), "");
  EXPECT_EQ(table.number(2, "probability"), 0.75);
  EXPECT_EQ(table.text(2, "top"), "cat");
}

TEST(InvarianceFigure, AColumnForEveryAxisThatWasMeasured) {
  const Picture two = draw_invariance(story(2));
  InvarianceStory one = story(2);
  one.amounts[2].clear();
  const Picture single = draw_invariance(one);
  EXPECT_EQ(two.width, 2 * single.width);
  testing::expect_snapshot("figure_invariance", two);
  // A line's colour stands in the plots; beyond eight photos they are grey and their mean has the first colour.
  const auto holds = [](const Picture& picture, Colour colour) {
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        if (picture.at(x, y) == colour) return true;
      }
    }
    return false;
  };
  EXPECT_TRUE(holds(two, series_colour(1)));
  const Picture many = draw_invariance(story(12));
  EXPECT_TRUE(holds(many, series_colour(0)));
  EXPECT_FALSE(holds(many, series_colour(1)));
  testing::expect_error([] { (void)draw_invariance(story(0)); }, {"at least one photo"});
}

TEST(InvarianceFigure, ClaimsComeWithTheirIntervals) {
  InvarianceStory s = story(3);
  for (InvarianceRecord& record : s.records) record.norm[1] = 2;
  const nlohmann::ordered_json json = invariance_json(s, invariance_claims(s.records, s.amounts));
  ASSERT_EQ(json.at("axes").size(), 2U);
  const auto& axis = json.at("axes").at(0);
  EXPECT_EQ(axis.at("axis"), "translation");
  EXPECT_EQ(axis.at("layers").at(0).at("relative").at("value"), 1.5 / 4);
  EXPECT_EQ(axis.at("layers").at(0).at("relative").at("high"), 1.5 / 4);
  EXPECT_TRUE(axis.at("layers").at(0).at("linearity").is_null());
  EXPECT_EQ(json.at("photos").at(0).at("class"), "dog");
  EXPECT_NEAR(json.at("kept_translation_minus_rotation").at("value").get<double>(), 2.0 / 3 - 0.5, 1e-12);
  EXPECT_TRUE(json.at("kept_scale_minus_rotation").is_null());
}

std::vector<PartResult> parts() {
  std::vector<PartResult> results(2);
  results[0].name = "left_eye";
  results[0].mean = {0.0625, 0.25};
  results[0].deviation = {0.01, 0.02};
  results[0].minus_random = {Estimate{-0.05, -0.07, -0.03}, Estimate{}};
  results[1].name = "random";
  results[1].mean = {0.125, 0.25};
  return results;
}

TEST(CorrespondenceFigure, TheTableStandsBesideThePapers) {
  const std::string table = correspondence_table(parts(), {"layer 5 (pool5)", "layer 7 (fc7)"});
  EXPECT_NE(table.find("layer 5 (pool5)"), std::string::npos);
  const std::string line = table.substr(table.find("left eye"));
  EXPECT_EQ(line.substr(0, line.find('\n')), "left eye      0.062 (0.010)   0.069 (0.007)   0.250 (0.020)   0.068 (0.013)   ");
  const nlohmann::ordered_json json = correspondence_json(parts(), {"5", "7"});
  EXPECT_EQ(json.at(0).at("layers").at(0).at("minus_random").at("low"), -0.07);
  EXPECT_EQ(json.at(1).at("layers").at(0).at("paper").at("mean"), 0.107);
  EXPECT_FALSE(json.at(1).at("layers").at(0).contains("minus_random"));
}

ModelProfile profile(const std::string& name, int filters, int kernel, bool photos) {
  ModelProfile model;
  model.name = name;
  model.order = "rgb";
  model.stride = 2;
  model.filters = Tensor({filters, 3, kernel, kernel});
  for (std::size_t i = 0; i < model.filters.size(); ++i) model.filters.values()[i] = static_cast<float>(i % 7) - 3;
  model.measures = measure_filters(model.filters, 2);
  model.dominance = dominance(model.measures);
  if (!photos) return model;
  model.photos = 3;
  model.layers = {{"conv1", {1, 2}, 0}, {"conv2", {0, 2, 3}, 1.0 / 3}};
  model.projections = Tensor({3, 3, 9, 9}, 1);
  return model;
}

TEST(ComparisonFigure, NumbersOfEveryFilterAndMap) {
  const std::vector<ModelProfile> models{profile("a", 5, 7, true), profile("b", 4, 11, true)};
  const CsvTable filters = CsvTable::parse(filters_csv(models), "filters");
  ASSERT_EQ(filters.rows(), 9U);
  EXPECT_EQ(filters.text(5, "model"), "b");
  EXPECT_NEAR(filters.number(0, "low") + filters.number(0, "mid") + filters.number(0, "high"), 1, 1e-9);
  const CsvTable maps = CsvTable::parse(maps_csv(models, {}), "maps");
  ASSERT_EQ(maps.rows(), 10U);
  EXPECT_EQ(maps.text(2, "layer"), "conv2");
  EXPECT_EQ(maps.number(2, "dead"), 1);
  EXPECT_EQ(maps.number(3, "dead"), 0);
  EXPECT_EQ(CsvTable::parse(spectra_csv(models), "spectra").rows(), 2 * kRings);
  const nlohmann::ordered_json json = comparison_json(models, {});
  EXPECT_EQ(json.at("models").at(1).at("kernel"), 11);
  EXPECT_EQ(json.at("differences").size(), 1U);
  EXPECT_NEAR(json.at("models").at(0).at("layers").at(1).at("dead").at("value").get<double>(), 1.0 / 3, 1e-12);
}

TEST(ComparisonFigure, PanelsStandSideBySide) {
  const std::vector<ModelProfile> one{profile("a", 5, 7, true)};
  const std::vector<ModelProfile> two{profile("a", 5, 7, true), profile("b", 5, 7, false)};
  EXPECT_GT(draw_filters(two, FilterScale::kEach).width, draw_filters(one, FilterScale::kEach).width);
  EXPECT_EQ(draw_second_layers(two).width, draw_second_layers(one).width);
  testing::expect_snapshot("figure_spectra", draw_spectra(two));
  const std::vector<ModelProfile> none{profile("b", 5, 7, false)};
  testing::expect_error([&] { (void)draw_second_layers(none); }, {"photos", "none"});
}

TEST(ComparisonFigure, OneScaleLetsTheStrongestFilterStandOut) {
  ModelProfile model = profile("a", 4, 3, false);
  model.filters = Tensor({4, 3, 3, 3}, 0.01F);
  for (int c = 0; c < 3; ++c) {
    for (float& w : model.filters.plane(0, c)) w = 1;
  }
  const std::vector<ModelProfile> models{model};
  const auto white = [](const Picture& picture, Colour wanted) {
    int count = 0;
    for (int y = 60; y < picture.height - 20; ++y) {
      for (int x = 20; x < picture.width - 20; ++x) count += picture.at(x, y) == wanted ? 1 : 0;
    }
    return count;
  };
  const Colour nearly_grey{129, 129, 129};
  EXPECT_GT(white(draw_filters(models, FilterScale::kJoint), nearly_grey), 1000);
  EXPECT_EQ(white(draw_filters(models, FilterScale::kEach), nearly_grey), 0);
}

}  // namespace
}  // namespace zf
