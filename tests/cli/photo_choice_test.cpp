// Photos are decoded when their turn comes, once; those that cannot be are skipped.
#include "native/cli/photo_choice.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/expect_error.h"

namespace zf::cli {

namespace {

struct Decoder {
  std::map<std::string, int> times;
  bool gone = false;

  std::string operator()(const Sample& photo) {
    ++times[photo.path];
    if (photo.path.starts_with("bad") || gone) fail("{}: expected an image, found none", photo.path);
    return "pixels of " + photo.path;
  }
};

TEST(ChosenPhotos, AreDecodedOnceEach) {
  ChosenPhotos chosen{{{"bad0", -1}, {"a", 1}, {"bad1", -1}, {"bad2", -1}, {"b", 2}, {"bad3", -1}}, {}, true};
  Decoder decoder;
  const auto decode = [&](const Sample& photo) { return decoder(photo); };
  EXPECT_EQ(chosen.read(0, decode), "pixels of a");
  EXPECT_EQ(chosen.read(1, decode), "pixels of b");
  EXPECT_FALSE(chosen.read(2, decode));
  EXPECT_EQ(decoder.times, (std::map<std::string, int>{{"bad0", 1}, {"a", 1}, {"bad1", 1}, {"bad2", 1}, {"b", 1}, {"bad3", 1}}));
  ASSERT_EQ(chosen.photos.size(), 2U);
  EXPECT_EQ(chosen.photos[1].label, 2);
  EXPECT_EQ(chosen.skipped.size(), 4U);
}

TEST(ChosenPhotos, KeepTheirNumbers) {
  ChosenPhotos chosen{{{"a", -1}, {"b", -1}}, {}, false};
  Decoder decoder;
  const auto decode = [&](const Sample& photo) { return decoder(photo); };
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(chosen.read(i, decode));
  EXPECT_EQ(chosen.read(1, decode), "pixels of b");
  decoder.gone = true;
  testing::expect_error([&] { (void)chosen.read(0, decode); }, {"a", "expected an image"});
  EXPECT_EQ(chosen.photos.size(), 2U);
  EXPECT_EQ(chosen.skipped.size(), 0U);
}

}  // namespace

}  // namespace zf::cli
