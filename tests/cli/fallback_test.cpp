// A command whose device fails is run again on the CPU; other failures are its own.
#include "native/cli/fallback.h"

#include <gtest/gtest.h>

#include "core/backend/device_error.h"

namespace zf::cli {

namespace {

using Arguments = std::vector<std::string>;

TEST(Fallback, GoesOnOnTheCpu) {
  std::vector<Arguments> runs;
  const auto lost_at_first = [&](const Arguments& arguments) {
    runs.push_back(arguments);
    if (runs.size() == 1) device_failed("lost");
    return 3;
  };
  EXPECT_EQ(run_with_fallback({"mine", "--backend", "opengl", "--data", "x"}, lost_at_first), 3);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1], (Arguments{"mine", "--backend", "opengl", "--data", "x", "--backend", "cpu"}));
}

TEST(Fallback, OptionsEndBeforeFilesThatLookLikeThem) {
  Arguments last;
  int runs = 0;
  EXPECT_EQ(run_with_fallback({"classify", "--", "--odd.jpg"},
                              [&](const Arguments& arguments) {
                                last = arguments;
                                if (runs++ == 0) device_failed("lost");
                                return 0;
                              }),
            0);
  EXPECT_EQ(last, (Arguments{"classify", "--backend", "cpu", "--", "--odd.jpg"}));
}

TEST(Fallback, OtherErrorsAndTheSecondFailureAreTheCommands) {
  int runs = 0;
  const auto wrong = [&](const Arguments&) -> int {
    ++runs;
    fail("wrong");
  };
  EXPECT_THROW((void)run_with_fallback({"info"}, wrong), Error);
  EXPECT_EQ(runs, 1);
  runs = 0;
  const auto lost = [&](const Arguments&) -> int {
    ++runs;
    device_failed("lost");
  };
  EXPECT_THROW((void)run_with_fallback({"info"}, lost), DeviceError);
  EXPECT_EQ(runs, 2);
}

}  // namespace

}  // namespace zf::cli
