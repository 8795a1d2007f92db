#include "core/figures/text_runs.h"

#include <gtest/gtest.h>

#include <string>

namespace zf {
namespace {

/// The runs of a text with a bar between them, and those that Inter lacks in brackets.
std::string cut(std::string_view text) {
  std::string result;
  for (const TextRun& run : text_runs(text)) {
    if (!result.empty()) result += '|';
    result += run.fallback ? '[' + std::string(run.text) + ']' : std::string(run.text);
  }
  return result;
}

TEST(TextRuns, InterDrawsLatinGreekAndCyrillicWhole) {
  EXPECT_EQ(cut(""), "");
  EXPECT_EQ(cut("map 12 · −0.5 …"), "map 12 · −0.5 …");
  EXPECT_EQ(cut("żółw, черепаха, χελώνα"), "żółw, черепаха, χελώνα");
}

TEST(TextRuns, WhatNoFontHasStaysInTheText) { EXPECT_EQ(cut("é:\nżółw\uF00C 猫"), "é:\nżółw\uF00C |[猫]"); }

TEST(TextRuns, IdeographsStandAlone) { EXPECT_EQ(cut("my 猫の.jpg"), "my |[猫]|[の]|.jpg"); }

TEST(TextRuns, WordsOfOtherScriptsStayWhole) { EXPECT_EQ(cut("แมว ที่"), "[แมว]| |[ที่]"); }

TEST(TextRuns, FromRightToLeftAllWordsInARowStayTogether) { EXPECT_EQ(cut("a חתול שחור b ג"), "a |[חתול שחור]| b |[ג]"); }

TEST(TextRuns, AMarkTakesItsLetterWithIt) {
  EXPECT_EQ(cut("cafe\u0301s"), "caf|[e\u0301]|s");
  EXPECT_EQ(cut("\u0301"), "[\u0301]");
  EXPECT_EQ(cut("👩\u200D🔬 x"), "[👩\u200D🔬]| x");
}

TEST(TextRuns, BytesThatAreNoTextAreKept) {
  const std::string broken = "a\xE9z\xF0\x9F";
  std::string joined;
  for (const TextRun& run : text_runs(broken)) joined += run.text;
  EXPECT_EQ(joined, broken);
}

}  // namespace
}  // namespace zf
