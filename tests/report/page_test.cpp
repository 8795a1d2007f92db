#include "core/report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/tensor/error.h"
#include "markup.h"
#include "small_story.h"

namespace zf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEvilName = "<script>alert('1')</script> & \"x\".png";

std::string page_of(const std::vector<std::string>& names) {
  test::SmallWorld world({.units = 4});
  Page page;
  std::uint32_t seed = 10;
  for (const std::string& name : names) {
    const Story story = world.teller.tell(name, test::noise_photo(50, 44, ++seed));
    page.add(story, illustrate(story));
  }
  return page.html();
}

TEST(Page, IsWellFormedAndLoadsNothing) {
  const std::string html = page_of({"cat.png", kEvilName});
  const test::Markup markup = test::parse_markup(html);
  EXPECT_TRUE(markup.named("script").empty());
  EXPECT_TRUE(markup.named("link").empty());
  EXPECT_THAT(html, Not(HasSubstr("://")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  for (const std::string& src : markup.values("src")) EXPECT_THAT(src, ::testing::StartsWith("data:image/png;base64,"));
  for (const test::Tag& tag : markup.tags) {
    for (const auto& [name, value] : tag.attributes) EXPECT_NE(name.substr(0, 2), "on") << "a handler in " << tag.name;
  }
}

/// The page of one photo of a network that knows photos from this energy on.
std::string page_with(std::optional<KnownRule> known) {
  test::SmallWorld world({.units = 1, .known = known});
  const Story story = world.teller.tell("a.png", test::noise_photo(50, 44, 11));
  Page page;
  page.add(story, illustrate(story));
  return page.html();
}

TEST(Page, SaysWhatTheNetworkDoesNotKnow) {
  constexpr const char* kWords = "Probably none of the 4 things that this model knows.";
  const std::string unknown = page_with(KnownRule{1000});
  EXPECT_THAT(unknown, HasSubstr(kWords));
  EXPECT_THAT(unknown, HasSubstr("class=\"top nearest\""));
  EXPECT_THAT(unknown, Not(HasSubstr("What it recognises")));
  for (const std::string& other : {page_with(KnownRule{-1000}), page_with(std::nullopt)}) {
    EXPECT_THAT(other, Not(HasSubstr(kWords)));
    EXPECT_THAT(other, Not(HasSubstr("class=\"top nearest\"")));
    EXPECT_THAT(other, HasSubstr("What it recognises"));
  }
  EXPECT_THAT(page_with(KnownRule{-1000}), HasSubstr("photos that it knows have -1000.0 or more"));
}

TEST(Page, LinksLeadToWhatIsThere) {
  const test::Markup markup = test::parse_markup(page_of({"a.png", "b.png"}));
  std::set<std::string> ids;
  for (const std::string& id : markup.values("id")) EXPECT_TRUE(ids.insert(id).second) << id << " twice";
  int links = 0;
  for (const std::string& href : markup.values("href")) {
    if (href.front() != '#') continue;
    ++links;
    EXPECT_EQ(ids.count(href.substr(1)), 1U) << href;
  }
  EXPECT_GE(links, 2 * 7 + 2);
}

TEST(Page, ShowsEveryLayerOfEveryPhoto) {
  const test::Markup markup = test::parse_markup(page_of({"a.png", "b.png"}));
  int sections = 0;
  for (const test::Tag& tag : markup.named("section")) {
    if (const auto found = tag.attributes.find("class"); found != tag.attributes.end()) sections += found->second == "layer" ? 1 : 0;
  }
  // Occlusion and ablation are sections like the layers.
  EXPECT_EQ(sections, 2 * (7 + 2));
  // A grid a layer; projection and patch of the four strongest maps of both conv layers; a picture of each experiment.
  EXPECT_EQ(markup.named("img").size(), 2U * (7 + 2 * 4 * 2 + 2));
  EXPECT_EQ(markup.named("image").size(), 2U);
  for (const test::Tag& image : markup.named("img")) {
    ASSERT_TRUE(image.attributes.count("alt"));
    EXPECT_FALSE(image.attributes.at("alt").empty());
  }
  for (const char* name : {"conv1", "pool1", "norm1", "conv2", "pool2", "fc3", "logits", "Where it looks", "What it needs"})
    EXPECT_THAT(markup.text, HasSubstr(name));
  EXPECT_THAT(markup.text, HasSubstr("no proof of why a class was chosen"));
}

TEST(Page, NamesAreText) {
  const std::string html = page_of({kEvilName});
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;.png"));
  EXPECT_THAT(html, HasSubstr("a &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; class"));
  EXPECT_THAT(html, Not(HasSubstr("<b>bold")));
}

TEST(Page, SilentLayersAreShownWithoutUnits) {
  Parameters parameters = test::story_parameters(test::story_network());
  for (float& bias : parameters.at("conv2.bias").values()) bias = -1e6F;
  test::SmallWorld world({}, std::move(parameters));
  const Story story = world.teller.tell("a.png", test::noise_photo(44, 44, 12));
  Page page;
  page.add(story, illustrate(story));
  EXPECT_NO_THROW((void)test::parse_markup(page.html()));
}

TEST(Page, InASiteItLeadsBackAndTellsNoTime) {
  test::SmallWorld world({.units = 4});
  Story story = world.teller.tell("deep/a.png", test::noise_photo(50, 44, 1));
  story.seconds = 0;
  Page page("../../../index.html");
  page.add(story, illustrate(story));
  const test::Markup markup = test::parse_markup(page.html());
  EXPECT_EQ(markup.values("href").front(), "../../../index.html");
  EXPECT_THAT(markup.text, Not(HasSubstr("Photo 1")));
  EXPECT_THAT(markup.text, Not(HasSubstr("Time")));
  EXPECT_THAT(page_of({"a.png"}), HasSubstr("Time"));
}

TEST(Page, RefusesToBeEmpty) { EXPECT_THROW((void)Page().html(), Error); }

TEST(Markup, TheCheckerSeesFaults) {
  const std::string start = "<!DOCTYPE html>\n";
  EXPECT_NO_THROW((void)test::parse_markup(start + "<p a=\"b\">x &amp; <img src=\"\">y</p>"));
  for (const char* bad : {"<p>", "</p>", "<b><i></b></i>", "<p a=b></p>", "<p>a & b</p>", "<p a=\"1\" a=\"2\"></p>", "<p>a > b</p>"}) {
    EXPECT_THROW((void)test::parse_markup(start + bad), std::runtime_error) << bad;
  }
}

}  // namespace
}  // namespace zf
