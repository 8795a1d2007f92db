#include "core/report/photo_index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/report/html.h"
#include "markup.h"
#include "small_story.h"

namespace zf {
namespace {

PhotoIndex small_index() {
  return {"a <small> net",
          {{"a.png", "french_horn", 0.83204999}, {"deep/</script>.png", "tench", 1}, {"deep/caf\xE9 #2.png", "french_horn", 0.25}},
          2};
}

TEST(PhotoIndex, IsWellFormedAndLoadsOnlyItsOwnFiles) {
  const std::string html = photo_index_html(small_index());
  const test::Markup markup = test::parse_markup(html);
  EXPECT_EQ(markup.values("src"), (std::vector<std::string>{"photos.js", "index.js"}));
  EXPECT_EQ(html.find("http"), std::string::npos);
  EXPECT_TRUE(markup.named("link").empty());
  EXPECT_NE(markup.text.find("a &lt;small&gt; net"), std::string::npos);
  for (const std::string& id : markup.values("id")) EXPECT_NE(photo_index_script().find('"' + id + '"'), std::string::npos) << id;
}

TEST(PhotoIndex, TheListIsJsonBehindAName) {
  const std::string text = photo_index_data(small_index());
  constexpr std::string_view kStart = "const site = ";
  ASSERT_EQ(text.substr(0, kStart.size()), kStart);
  ASSERT_EQ(text.substr(text.size() - 2), ";\n");
  const nlohmann::json site = nlohmann::json::parse(text.substr(kStart.size(), text.size() - kStart.size() - 2));
  EXPECT_EQ(site.at("classes"), nlohmann::json({"french horn", "tench"}));
  EXPECT_EQ(site.at("photos").at(0), nlohmann::json({"a.png", "photos/a.png", 0, 0.832}));
  EXPECT_EQ(site.at("photos").at(1), nlohmann::json({"deep/</script>.png", "photos/deep/%3C/script%3E.png", 1, 1.0}));
  EXPECT_EQ(site.at("photos").at(2), nlohmann::json({"deep/caf\xEF\xBF\xBD #2.png", "photos/deep/caf%E9%20%232.png", 0, 0.25}));
}

TEST(PhotoIndex, AnUnknownPhotoHasNoProbability) {
  const std::string text = photo_index_data({"net", {{"a.png", "none that it knows", std::nullopt}}, 0});
  EXPECT_NE(text.find(R"(["a.png","photos/a.png",0,null])"), std::string::npos) << text;
}

TEST(PhotoIndex, PagesLinkBackToIt) {
  for (const char* name : {"a.png", "b/a.png", "c/b/a.png"}) {
    const std::filesystem::path folder = photo_folder(name);
    EXPECT_EQ((folder / photo_index_link(name)).lexically_normal(), "index.html") << name;
  }
}

TEST(PhotoIndex, ThumbnailsAreSmallAndPhotosOfFewPixelsStayAsTheyAre) {
  std::vector<int> sides;
  const JpegEncoder encode = [&](const Image& image, int quality) {
    sides.push_back(image.width);
    return encode_jpeg(image, quality);
  };
  EXPECT_FALSE(photo_thumbnail(test::noise_photo(300, 300, 1), encode).empty());
  EXPECT_FALSE(photo_thumbnail(test::noise_photo(40, 40, 1), encode).empty());
  EXPECT_EQ(sides, (std::vector<int>{192, 40}));
}

}  // namespace
}  // namespace zf
