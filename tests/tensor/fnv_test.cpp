#include "core/tensor/fnv.h"

#include <gtest/gtest.h>

namespace zf {

namespace {

std::string hash_of(std::string_view text) {
  Fnv hash;
  hash.add(text);
  return hash.text();
}

// Vectors of draft-eastlake-fnv, appendix C.
TEST(Fnv, IsFnv1aOfBytes) {
  EXPECT_EQ(hash_of(""), "cbf29ce484222325");
  EXPECT_EQ(hash_of("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(hash_of("foobar"), "85944171f73967e8");
  EXPECT_EQ(hash_of("\xff"), "af64724c8602eb6e");
}

TEST(Fnv, GrowsAsBytesAreAdded) {
  Fnv hash;
  hash.add("foo");
  hash.add("bar");
  EXPECT_EQ(hash.text(), hash_of("foobar"));
}

// Computed apart from the code: files keep such numbers.
TEST(Fnv, TakesWordsInOneStep) {
  Fnv hash;
  for (const std::uint64_t bits : {0x3F800000U, 0xC0200000U}) hash.add_word(bits);  // of 1.0F and -2.5F
  EXPECT_EQ(hash.text(), "283327010ecb6fed");
}

TEST(Fnv, FoldsHighBitsOfWordsIntoLowOnes) {
  Fnv high;
  Fnv none;
  high.add_word(1ULL << 63U);
  none.add_word(0);
  EXPECT_EQ(high.value() & 0xFFFFFFFFULL, none.value() & 0xFFFFFFFFULL);
  high.fold();
  none.fold();
  EXPECT_NE(high.value() & 0xFFFFFFFFULL, none.value() & 0xFFFFFFFFULL);
}

}  // namespace

}  // namespace zf
