#include "core/figures/label.h"

#include <gtest/gtest.h>

#include <string>

namespace zf {
namespace {

int ink_count(const Picture& picture) {
  int count = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) count += picture.at(x, y) == kWhite ? 0 : 1;
  }
  return count;
}

TEST(Label, WidthGrowsWithTextAndSize) {
  EXPECT_EQ(text_width("", {}), 0);
  const int one = text_width("m", {14, kInk, Weight::kRegular});
  EXPECT_GT(one, 0);
  EXPECT_GT(text_width("mm", {14, kInk, Weight::kRegular}), one);
  EXPECT_NEAR(text_width("mmmmmmmmmm", {28, kInk, Weight::kRegular}), 2 * text_width("mmmmmmmmmm", {14, kInk, Weight::kRegular}), 3);
  EXPECT_GT(line_height({28, kInk, Weight::kRegular}), line_height({14, kInk, Weight::kRegular}));
}

TEST(Label, LettersAreKerned) {
  const TextStyle style{28, kInk, Weight::kRegular};
  EXPECT_LT(text_width("AVAVAVAV", style), 4 * (text_width("A", style) + text_width("V", style)) - 4);
}

TEST(Label, InkStaysInsideTheBox) {
  for (const int size : {11, 14, 20, 28}) {
    for (const char* text : {"jÅgÇy", "fff/\\|", "map 127 · 38.4 × −0.5", "WAVE"}) {
      for (const Align align : {Align::kLeft, Align::kCentre, Align::kRight}) {
        Picture picture = make_picture(900, 80);
        const Rect box = draw_text(picture, text, 450, 20, {size, kInk, Weight::kSemiBold}, align);
        EXPECT_GT(ink_count(picture), 10) << text;
        Picture rest = picture;
        fill(rest, box, kWhite);
        EXPECT_EQ(ink_count(rest), 0) << text << " at " << size;
        EXPECT_EQ(box.width, text_width(text, {size, kInk, Weight::kSemiBold}));
      }
    }
  }
}

TEST(Label, IsCutAtThePicturesEdge) {
  Picture picture = make_picture(12, 12);
  draw_text(picture, "wide text", -20, -4, {});
  draw_text(picture, "wide text", 8, 6, {});
  EXPECT_EQ(picture.rgb.size(), 12U * 12U * 3U);
}

TEST(Label, EdgesAreSmooth) {
  Picture picture = make_picture(60, 40);
  draw_text(picture, "O", 4, 4, {28, kBlack, Weight::kRegular});
  int between = 0;
  for (const std::uint8_t level : picture.rgb) between += level > 40 && level < 215 ? 1 : 0;
  EXPECT_GT(between, 60);
}

TEST(Label, BrokenUtf8IsDrawnAndDoesNotEnd) {
  Picture picture = make_picture(200, 40);
  draw_text(picture, "\xC3", 0, 0, {});
  draw_text(picture, "a\xFF\xE2\x80z", 0, 0, {});
  EXPECT_GT(ink_count(picture), 0);
}

TEST(Label, ShortenEndsInAnEllipsis) {
  const TextStyle style{14, kInk, Weight::kRegular};
  EXPECT_EQ(shorten("tench", 500, style), "tench");
  const std::string cut = shorten("English springer spaniel", 90, style);
  EXPECT_LE(text_width(cut, style), 90);
  EXPECT_EQ(cut.substr(cut.size() - 3), "…");
  EXPECT_EQ(cut.substr(0, 3), "Eng");
  EXPECT_EQ(shorten("éé", 1, style), "…");
}

}  // namespace
}  // namespace zf
