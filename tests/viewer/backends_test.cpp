// Another backend, while the program runs.
#include <algorithm>
#include <string>

#include "tests/viewer/journey.h"

namespace zf::testing {

namespace {

class Backends : public Journey {
 protected:
  /// Chooses from the list below the model's name.
  static void choose(Stage& stage, int index) {
    stage.click("backend");
    stage.frame();
    stage.click("backend " + std::to_string(index));
    stage.settle();
  }
  [[nodiscard]] static bool told(const viewer::Notices& notices, const std::string& words) {
    return std::any_of(notices.shown().begin(), notices.shown().end(),
                       [&](const viewer::Notice& notice) { return notice.text.find(words) != std::string::npos; });
  }
};

TEST_P(Backends, AnotherOneShowsTheSame) {
  Stage stage(1440, 900, threads(), start());
  stage.settle();
  const std::vector<float> before = stage.session().photo()->probabilities;
  EXPECT_TRUE(stage.session().model()->backend.starts_with("cpu"));
  choose(stage, 1);
  EXPECT_EQ(stage.session().model()->backend, "late");
  EXPECT_EQ(stage.session().choice().backend, "late");
  const std::vector<float>& after = stage.session().photo()->probabilities;
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(after[i], before[i], 1e-5);
  EXPECT_TRUE(stage.session().unit());
  choose(stage, 0);
  EXPECT_TRUE(stage.session().model()->backend.starts_with("cpu"));
}

TEST_P(Backends, OneThatIsNotThereLeavesWhatThereWas) {
  Stage stage(1440, 900, threads(), start());
  stage.settle();
  choose(stage, 3);
  EXPECT_EQ(stage.session().backend(), "cpu");
  EXPECT_TRUE(stage.session().model()->backend.starts_with("cpu"));
  EXPECT_TRUE(told(stage.app().notices(), "expected a card"));
}

// Everything is there in the end, computed on the CPU.
TEST_P(Backends, ALostDeviceMakesWayForTheCpu) {
  Stage stage(1440, 900, threads(), start());
  stage.settle();
  choose(stage, 2);
  EXPECT_EQ(stage.session().backend(), "cpu");
  EXPECT_TRUE(stage.session().model()->backend.starts_with("cpu"));
  EXPECT_TRUE(stage.session().unit());
  EXPECT_TRUE(told(stage.app().notices(), "found a lost one"));
}

// A stored choice that this machine lacks does not keep the program from starting.
TEST_P(Backends, AStoredOneThatIsGone) {
  viewer::State state = start();
  state.choice.backend = "absent";
  Stage stage(1440, 900, threads(), state);
  stage.settle();
  ASSERT_TRUE(stage.session().model());
  EXPECT_TRUE(stage.session().model()->backend.starts_with("cpu"));
}

INSTANTIATE_TEST_SUITE_P(Viewer, Backends, ::testing::Bool(), [](const auto& which) { return which.param ? "AThread" : "NoThread"; });

}  // namespace

}  // namespace zf::testing
