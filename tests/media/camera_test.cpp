#include "native/media/camera.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <future>

namespace zf {
namespace {

TEST(Camera, SaysThatThereIsNone) {
  if (std::filesystem::exists("/dev/video0")) GTEST_SKIP() << "this machine has a camera";
  std::promise<void> told;
  Camera camera([&told] { told.set_value(); });
  ASSERT_EQ(told.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_EQ(camera.error(), "Expected a camera, found none that opens.");
  EXPECT_FALSE(camera.take_picture());
}

}  // namespace
}  // namespace zf
