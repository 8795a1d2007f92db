// Protocol buffers' text format.
#include <gtest/gtest.h>

#include "core/exchange/caffe_message.h"
#include "tests/expect_error.h"

namespace zf::testing {
namespace {

using caffe::Message;
using caffe::read_text;

TEST(CaffeText, ReadsFieldsMessagesAndComments) {
  const Message net = read_text(
      "\xEF\xBB\xBF# a comment\n"
      "name: \"net\" # another\r\n"
      "layer { name: 'conv1' param: { lr_mult: 1 } param < lr_mult: 2 > }\n"
      "layer{name:\"pool1\"pooling_param{pool:MAX kernel_size:3}}",
      "net.prototxt");
  EXPECT_EQ(net.text("name"), "net");
  const auto layers = net.messages("layer");
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0]->text("name"), "conv1");
  EXPECT_EQ(layers[0]->messages("param").size(), 2U);
  EXPECT_EQ(layers[0]->messages("param")[1]->integer("lr_mult", 0), 2);
  EXPECT_EQ(layers[1]->message("pooling_param").text("pool"), "MAX");
  EXPECT_EQ(layers[1]->message("none").integer("kernel_size", 7), 7);
}

TEST(CaffeText, ReadsValuesOfEveryKind) {
  const Message message = read_text(
      "dim: 1 dim: [2, -3], dim: - 4; list [{ a: 1 }, < a: 2 >] none: []\n"
      "small: 1e-3 float: .5f negative: -0.25 yes: true no: false one: 1\n"
      "last: 1 last: 2",
      "x.prototxt");
  EXPECT_EQ(message.integers("dim"), (std::vector<int>{1, 2, -3, -4}));
  EXPECT_EQ(message.messages("list").size(), 2U);
  EXPECT_FALSE(message.has("none"));
  EXPECT_FLOAT_EQ(message.number("small", 0), 1e-3F);
  EXPECT_FLOAT_EQ(message.number("float", 0), 0.5F);
  EXPECT_FLOAT_EQ(message.number("negative", 0), -0.25F);
  EXPECT_TRUE(message.flag("yes", false));
  EXPECT_FALSE(message.flag("no", true));
  EXPECT_TRUE(message.flag("one", false));
  EXPECT_EQ(message.integer("last", 0), 2);
}

TEST(CaffeText, ReadsStringsWithEscapes) {
  const Message message = read_text(R"(a: "x\n\t\"\\\101\x41\q" b: 'it"s' "and" 'more' c: "# no comment")", "x.prototxt");
  EXPECT_EQ(message.text("a"), "x\n\t\"\\AAq");
  EXPECT_EQ(message.text("b"), "it\"sandmore");
  EXPECT_EQ(message.text("c"), "# no comment");
}

TEST(CaffeText, SaysTheLineOfWhatItCannotRead) {
  const struct {
    const char* text;
    const char* line;
    const char* expected;
  } wrong[] = {{"a: 1\nlayer {\n  name: \"x\"\n", "line 4", "a field or '}'"},
               {"a: 1\n}", "line 2", "the name of a field"},
               {"a 1", "line 1", "':' or '{' after a"},
               {"a:\n\n", "line 3", "a value"},
               {"a: \"open\nb: 1", "line 1", "the string's end"},
               {"a: [1, 2", "line 1", "a value"},
               {"a { b: 1 >", "line 1", "the name of a field"},
               {"a: \"\\xg\"", "line 1", "digits"}};
  for (const auto& one : wrong) expect_error([&] { (void)read_text(one.text, "x.prototxt"); }, {"x.prototxt", one.line, one.expected});
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "a{";
  expect_error([&] { (void)read_text(deep, "x.prototxt"); }, {"x.prototxt", "16 deep"});
}

TEST(CaffeText, SaysWhatFieldIsOfAnotherKind) {
  const Message message = read_text("size: many big: 5000000000 flag: maybe name { a: 1 } param: 3 huge: 1e99", "x.prototxt");
  expect_error([&] { (void)message.integer("size", 0); }, {"whole number", "size", "\"many\""});
  expect_error([&] { (void)message.integer("big", 0); }, {"32 bits", "5000000000"});
  expect_error([&] { (void)message.flag("flag", false); }, {"true or false", "maybe"});
  expect_error([&] { (void)message.text("name"); }, {"one value as name", "a message"});
  expect_error([&] { (void)message.message("param"); }, {"a message as param", "\"3\""});
  expect_error([&] { (void)message.number("huge", 0); }, {"a number as huge", "1e99"});
}

}  // namespace
}  // namespace zf::testing
