#include "core/figures/curve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/figures/colormap.h"
#include "core/figures/stroke.h"
#include "core/tensor/error.h"

namespace zf {
namespace {

Plot two_lines() {
  Plot plot;
  plot.title = "Learning curve";
  plot.x_label = "epoch";
  plot.y_label = "error (%)";
  plot.series = {{"training", {0, 10, 20}, {80, 30, 10}, {}, false, false}, {"validation", {0, 10, 20}, {85, 45, 30}, {}, true, true}};
  return plot;
}

TEST(Curve, AxesHoldAllSeriesAndEndAtRoundNumbers) {
  const PlotFrame frame = lay_out_plot(two_lines());
  EXPECT_DOUBLE_EQ(frame.x.low, 0);
  EXPECT_DOUBLE_EQ(frame.x.high, 20);
  EXPECT_DOUBLE_EQ(frame.y.low, 0);
  EXPECT_DOUBLE_EQ(frame.y.high, 100);
  EXPECT_DOUBLE_EQ(frame.pixel_x(20), frame.area.x + frame.area.width);
  EXPECT_DOUBLE_EQ(frame.pixel_y(100), frame.area.y);
  EXPECT_GT(frame.area.x, 0);
  EXPECT_LT(frame.area.x + frame.area.width, 960);
  EXPECT_LT(frame.area.y + frame.area.height, 600);
}

TEST(Curve, LinesPassThroughTheirPoints) {
  const Plot plot = two_lines();
  const PlotFrame frame = lay_out_plot(plot);
  const Picture picture = draw_plot(plot);
  EXPECT_EQ(picture.at(static_cast<int>(frame.pixel_x(10)), static_cast<int>(frame.pixel_y(30))), series_colour(0));
  EXPECT_EQ(picture.at(static_cast<int>(frame.pixel_x(5)), static_cast<int>(frame.pixel_y(55))), series_colour(0));
  EXPECT_EQ(picture.at(static_cast<int>(frame.pixel_x(10)), static_cast<int>(frame.pixel_y(45))), series_colour(1));
  EXPECT_EQ(picture.at(static_cast<int>(frame.pixel_x(15)), static_cast<int>(frame.pixel_y(75))), kWhite);
}

TEST(Curve, GivenRangesCutTheLines) {
  Plot plot = two_lines();
  plot.x_range = Interval{5, 15};
  plot.y_range = Interval{0, 40};
  const PlotFrame frame = lay_out_plot(plot);
  EXPECT_DOUBLE_EQ(frame.x.high, 15);
  const Picture picture = draw_plot(plot);
  const int beyond = frame.area.x + frame.area.width + 6;  // where the lines would go on
  for (int y = frame.area.y; y < picture.height; ++y) EXPECT_NE(picture.at(beyond, y), series_colour(0)) << y;
}

TEST(Curve, GapsAndEmptySeriesAreDrawn) {
  Plot plot = two_lines();
  plot.series[0].y[1] = std::numeric_limits<double>::quiet_NaN();
  const PlotFrame frame = lay_out_plot(plot);
  const Picture picture = draw_plot(plot);
  EXPECT_NE(picture.at(static_cast<int>(frame.pixel_x(5)), static_cast<int>(frame.pixel_y(45))), series_colour(0));
  plot.series.clear();
  (void)draw_plot(plot);
  plot.series = {{"nothing yet", {}, {}, {}, false, false}};
  (void)draw_plot(plot);
  plot.series = {{"one point", {3}, {4}, {}, false, true}};
  (void)draw_plot(plot);
}

TEST(Curve, ManySeriesWrapTheirLegend) {
  Plot plot = two_lines();
  const int top = lay_out_plot(plot).area.y;
  for (int i = 0; i < 8; ++i) plot.series.push_back({"a rather long name of a series", {0}, {50}, {}, false, false});
  EXPECT_GT(lay_out_plot(plot).area.y, top);
}

TEST(Curve, Refuses) {
  Plot plot = two_lines();
  plot.series[0].x.pop_back();
  EXPECT_THROW((void)draw_plot(plot), Error);
  plot = two_lines();
  plot.y_range = Interval{3, 3};
  EXPECT_THROW((void)draw_plot(plot), Error);
  plot = two_lines();
  plot.height = 80;
  EXPECT_THROW((void)draw_plot(plot), Error);
}

TEST(Stroke, CoversItsWidthOnce) {
  Picture picture = make_picture(40, 20);
  const PixelPoint there_and_back[] = {{5, 10}, {35, 10}, {5, 10}};
  draw_line(picture, there_and_back, {kBlack, 3, 0}, {0, 0, 40, 20});
  double ink = 0;
  for (int y = 0; y < 20; ++y) ink += 1 - picture.at(20, y).r / 255.0;
  EXPECT_NEAR(ink, 3, 0.05);
  EXPECT_EQ(picture.at(1, 10), kWhite);
}

TEST(Stroke, DashesLeaveGapsAndTheClipHolds) {
  Picture picture = make_picture(100, 20);
  const PixelPoint line[] = {{-50, 10}, {150, 10}};
  draw_line(picture, line, {kBlack, 2, 8}, {10, 0, 80, 20});
  int dark = 0;
  for (int x = 10; x < 90; ++x) dark += picture.at(x, 10).r < 128 ? 1 : 0;
  EXPECT_GT(dark, 30);
  EXPECT_LT(dark, 60);
  for (int x = 0; x < 10; ++x) EXPECT_EQ(picture.at(x, 10), kWhite);
}

}  // namespace
}  // namespace zf
