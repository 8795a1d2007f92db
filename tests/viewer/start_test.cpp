// How a session begins: once its host is ready, on the host's photos where there are no others.
#include <imgui_internal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/viewer/icons.h"
#include "tests/viewer/journey.h"

namespace zf::testing {

namespace {

using viewer::Choice;
using viewer::Session;

class Start : public Journey {
 protected:
  static void settle(Session& session) {
    do {
      session.work();
      session.update();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // in WASM this thread reads files for the others meanwhile
    } while (session.busy());
  }
};

TEST_P(Start, WaitsForTheHost) {
  TestHost host(threads());
  host.is_ready = false;
  Session session(host, start().choice);
  settle(session);
  EXPECT_FALSE(session.model());
  EXPECT_EQ(session.choice().photos, start().choice.photos);  // what is stored meanwhile loses nothing
  host.is_ready = true;
  settle(session);
  ASSERT_TRUE(session.model());
  ASSERT_TRUE(session.photo());
  EXPECT_EQ(session.photo()->name, "one.png");
}

TEST_P(Start, SamplesThatComeLaterJoin) {
  TestHost host(threads());
  host.samples = {path("two.png")};
  Choice choice = start().choice;
  choice.photos.clear();
  Session session(host, choice);
  settle(session);
  ASSERT_TRUE(session.photo());
  EXPECT_EQ(session.photo()->name, "two.png");
  const int number = session.photo_number();
  host.samples = {path("one.png"), path("two.png")};
  session.take_samples();
  settle(session);
  EXPECT_EQ(session.choice().photos, host.samples);
  EXPECT_EQ(session.choice().photo, 1);
  EXPECT_EQ(session.photo_number(), number);  // nothing is computed anew
}

TEST_P(Start, SamplesMakeWayForTheUsersPhotos) {
  TestHost host(threads());
  host.samples = {path("two.png")};
  Choice restored = start().choice;
  restored.photos = host.samples;  // as they were stored
  Session session(host, restored);
  settle(session);
  session.open_all({path("one.png")});
  host.samples.push_back(path("three.png"));
  session.take_samples();
  settle(session);
  EXPECT_EQ(session.choice().photos, std::vector<std::string>{path("one.png")});
}

TEST_P(Start, OpensOnnxFilesAndSaysWhatWasChosen) {
  TestHost host(threads());
  Session session(host, start().choice);
  settle(session);
  session.open_all({ZF_FIXTURES "/exchange/residual_13.onnx"});
  settle(session);
  ASSERT_TRUE(session.model());
  EXPECT_EQ(session.model()->network.name, "residual_13");
  ASSERT_TRUE(session.layer());
  const std::vector<viewer::Notice> notices = session.take_notices();
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [](const viewer::Notice& notice) {
    return !notice.error && notice.text.find("preprocessing: imagenet-torch") != std::string::npos;
  }));
}

TEST_P(Start, EveryIconIsInEveryFont) {
  Stage stage(900, 600, threads(), start());
  stage.settle();
  for (const ImFont* font : ImGui::GetIO().Fonts->Fonts) {
    for (const char* icon : viewer::icon::kAll) {
      unsigned code = 0;
      ImTextCharFromUtf8(&code, icon, nullptr);
      EXPECT_NE(font->FindGlyphNoFallback(static_cast<ImWchar>(code)), nullptr) << icon;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Jobs, Start, ::testing::Bool(), [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing
