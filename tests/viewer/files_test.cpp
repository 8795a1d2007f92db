#include "core/viewer/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace zf::viewer {

namespace {

class FreePath : public ::testing::Test {
 protected:
  FreePath() { std::filesystem::create_directories(folder_); }
  ~FreePath() override { std::filesystem::remove_all(folder_); }

  /// Of a file that is written there.
  [[nodiscard]] std::string free_name(const std::string& name) const {
    const std::filesystem::path path = free_path(folder_, name);
    std::ofstream(path) << "kept";
    EXPECT_TRUE(std::filesystem::exists(path)) << path;
    return path.filename().string();
  }

 private:
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("zf_free_path_" + std::to_string(::getpid()));
};

TEST_F(FreePath, NumbersNamesThatAreTaken) {
  EXPECT_EQ(free_name("photo-conv1-3.png"), "photo-conv1-3.png");
  EXPECT_EQ(free_name("photo-conv1-3.png"), "photo-conv1-3-2.png");
  EXPECT_EQ(free_name("photo-conv1-3.png"), "photo-conv1-3-3.png");
  EXPECT_EQ(free_name("photo-conv1-3.json"), "photo-conv1-3.json");
}

TEST_F(FreePath, LongNamesLoseTheirMiddle) {
  std::string photo;
  for (int i = 0; i < 125; ++i) photo += "ä";  // 250 bytes
  const std::string first = free_name(photo + "-conv5-17.png");
  EXPECT_LE(first.size(), 255U);
  EXPECT_GE(first.size(), 250U);
  EXPECT_TRUE(first.ends_with("ä-conv5-17.png")) << first;
  const std::size_t gap = first.find('~');
  ASSERT_NE(gap, std::string::npos);
  EXPECT_EQ(gap % 2, 0U) << "between two characters";
  EXPECT_EQ(first.compare(0, gap, photo, 0, gap), 0);
  const std::string second = free_name(photo + "-conv5-17.png");
  EXPECT_LE(second.size(), 255U);
  EXPECT_TRUE(second.ends_with("ä-conv5-17-2.png")) << second;
}

}  // namespace

}  // namespace zf::viewer
