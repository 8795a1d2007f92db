#include "core/report/html.h"

#include <gtest/gtest.h>

#include "core/tensor/error.h"

namespace zf {
namespace {

std::string encode(std::string_view text) { return base64(std::as_bytes(std::span(text.data(), text.size()))); }

TEST(Html, EscapesWhatHtmlGivesMeaning) {
  EXPECT_EQ(escape_html("plain, größer"), "plain, größer");
  EXPECT_EQ(escape_html(R"(<a href="x">'&'</a>)"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  EXPECT_EQ(escape_html(std::string_view("a\0b\x1F", 4)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(escape_html("two\nlines"), "two\nlines");
}

// RFC 3986, sections 2.1 and 2.3.
TEST(Html, UrlsHoldAnyName) {
  EXPECT_EQ(escape_url("deep/IMG_01-a~b.jpg"), "deep/IMG_01-a~b.jpg");
  EXPECT_EQ(escape_url("50% of a?b#c:\"d\".png"), "50%25%20of%20a%3Fb%23c%3A%22d%22.png");
  EXPECT_EQ(escape_url("é写\xFF"), "%C3%A9%E5%86%99%FF");
}

// RFC 4648, section 10.
TEST(Html, Base64) {
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode("\xFF\xFE\xFD"), "//79");
}

TEST(Html, TagsAreBalancedAndEscaped) {
  Html html;
  html.open("p", {{"title", "a \"b\""}, {"hidden", ""}});
  html.text("1 < 2");
  html.element("b", {}, "&");
  html.close();
  EXPECT_EQ(html.take(), "<p title=\"a &quot;b&quot;\" hidden>1 &lt; 2<b>&amp;</b></p>\n");
}

TEST(Html, RefusesUnbalancedTags) {
  Html open;
  open.open("p");
  EXPECT_THROW((void)open.take(), Error);
  Html closed;
  EXPECT_THROW(closed.close(), Error);
}

}  // namespace
}  // namespace zf
