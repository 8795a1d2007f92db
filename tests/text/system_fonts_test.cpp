// Names in other scripts, drawn with the machine's fonts: DejaVu, Droid Sans Fallback and Loma, which scripts/setup brings.
#include "native/text/system_fonts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/figures/fallback_text.h"
#include "core/figures/label.h"

namespace zf {
namespace {

class SystemFonts : public testing::Test {
 protected:
  void SetUp() override { use_system_fonts(); }
  void TearDown() override { set_fallback_text(nullptr); }
};

constexpr TextStyle kStyle{28, kBlack, Weight::kRegular};

Picture drawn(const std::string& text) {
  Picture picture = make_picture(text_width(text, kStyle), line_height(kStyle));
  draw_text(picture, text, 0, 0, kStyle);
  return picture;
}

/// The columns from the first with ink to the last.
Picture trimmed(const Picture& picture) {
  const auto has_ink = [&](int x) {
    for (int y = 0; y < picture.height; ++y) {
      if (picture.at(x, y) != kWhite) return true;
    }
    return false;
  };
  int left = 0;
  int right = picture.width;
  while (left < right && !has_ink(left)) ++left;
  while (left < right && !has_ink(right - 1)) --right;
  return crop(picture, {left, 0, right - left, picture.height});
}

TEST_F(SystemFonts, LettersOfEveryScriptAreTheirOwn) {
  for (const std::vector<std::string>& letters : std::vector<std::vector<std::string>>{{"ж", "щ", "ф"},
                                                                                       {"λ", "ψ", "ω"},
                                                                                       {"ł", "ż", "ę"},
                                                                                       {"日", "本", "猫"},
                                                                                       {"の", "か", "ネ"},
                                                                                       {"고", "양", "이"},
                                                                                       {"แ", "ม", "ว"},
                                                                                       {"ח", "ת", "ל"}}) {
    std::set<std::vector<std::uint8_t>> pictures;
    for (const std::string& letter : letters) {
      const Picture picture = trimmed(drawn(letter));
      EXPECT_GT(picture.width, 4) << letter;
      pictures.insert(picture.rgb);
    }
    EXPECT_EQ(pictures.size(), letters.size()) << letters.front();
  }
}

TEST_F(SystemFonts, WithoutThemOneBoxStandsForEachLetter) {
  set_fallback_text(nullptr);
  EXPECT_EQ(trimmed(drawn("日")).rgb, trimmed(drawn("猫")).rgb);
}

TEST_F(SystemFonts, HebrewRunsFromRightToLeft) {
  const Picture alef = trimmed(drawn("א"));
  const Picture gimel = trimmed(drawn("ג"));
  const Picture both = trimmed(drawn("אג"));
  EXPECT_EQ(crop(both, {0, 0, gimel.width, gimel.height}), gimel);
  const Picture words = trimmed(drawn("א ג"));
  EXPECT_EQ(crop(words, {0, 0, gimel.width, gimel.height}), gimel);
  EXPECT_GT(words.width, both.width);
}

TEST_F(SystemFonts, MarksStandOverTheirLetters) {
  EXPECT_NEAR(text_width("e\u0301te\u0301", kStyle), text_width("été", kStyle), 3);  // as macOS writes names
  EXPECT_EQ(text_width("ที่", kStyle), text_width("ท", kStyle));
}

TEST_F(SystemFonts, InkStaysInsideTheLine) {
  for (const char* text : {"日本語の猫.jpg", "แมวที่บ้าน", "חתול שחור.png", "кот и Ёж", "e\u0301\u0302\u0303x"}) {
    Picture picture = make_picture(700, 120, kWhite);
    const Rect box = draw_text(picture, text, 40, 40, kStyle);
    fill(picture, box, kWhite);
    EXPECT_EQ(picture, make_picture(700, 120)) << text;
  }
}

TEST_F(SystemFonts, LongNamesAreCutBetweenIdeographs) {
  const std::string shown = shorten("日本語の猫の写真", 120, kStyle);
  EXPECT_EQ(shown.substr(0, 6), "日本");
  EXPECT_LE(text_width(shown, kStyle), 120);
}

}  // namespace
}  // namespace zf
