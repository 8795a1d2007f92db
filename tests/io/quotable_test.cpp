#include "core/io/quotable.h"

#include <gtest/gtest.h>

namespace zf {
namespace {

TEST(Printable, LeavesNamesInAnyScriptAlone) {
  for (const char* const name : {"", "two words.jpg", "a'b\"c<&>%.jpg", "Łódź 北京 Привет 🐶.jpg", "ไทย עברית"})
    EXPECT_EQ(printable(name), name);
}

TEST(Printable, EscapesControlCharactersAndBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("caf\xE9.jpg"), "caf\\xe9.jpg");
  EXPECT_EQ(printable("a\nb\tc\x7F"), "a\\x0ab\\x09c\\x7f");
  EXPECT_EQ(printable("\xE5\x8C"), "\\xe5\\x8c");                    // cut short
  EXPECT_EQ(printable("\xC0\xAF"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond Unicode
}

TEST(Quotable, CutsLongTextShort) {
  EXPECT_EQ(quotable("a\nb"), "a?b");
  EXPECT_EQ(quotable(std::string(200, 'x')).size(), 83U);
}

}  // namespace
}  // namespace zf
