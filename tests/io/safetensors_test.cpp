#include "core/io/safetensors.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/io/atomic_file.h"
#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::bytes_of;
using testing::expect_error;
using testing::text_of;
using SafetensorsTest = testing::TemporaryFolder;

/// A file of this header and `values` bytes of zeros behind it.
std::vector<std::byte> safetensors_with(const std::string& header, std::size_t values) {
  std::string text(8, '\0');
  const std::uint64_t length = header.size();
  for (std::size_t i = 0; i < 8; ++i) text[i] = static_cast<char>(length >> (8 * i) & 0xFF);
  return bytes_of(text + header + std::string(values, '\0'));
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

std::vector<float> ramp(std::size_t n) {
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = 0.25F * static_cast<float>(i) - 3;
  return values;
}

TEST_F(SafetensorsTest, RoundTripOfEveryRank) {
  const std::vector<float> values = ramp(24);
  const std::array<StoredTensor, 4> tensors = {
      {{"a", {2, 3, 2, 2}, values}, {"b", {4, 6}, values}, {"c", {24}, values}, {"d", {}, std::span(values).first(1)}}};
  for (const Precision precision : {Precision::kFloat32, Precision::kFloat16}) {
    write_safetensors(path("m.safetensors"), tensors, {{"key", "välue"}}, precision);
    EXPECT_EQ(file_count(), 1U);
    const std::vector<std::byte> bytes = read_file(path("m.safetensors"));
    SafetensorsReader from_memory(bytes, "memory");
    SafetensorsReader from_file(path("m.safetensors"));
    for (SafetensorsReader* reader : {&from_memory, &from_file}) {
      EXPECT_EQ(reader->metadata(), (std::map<std::string, std::string>{{"key", "välue"}}));
      EXPECT_EQ(reader->entries().size(), 4U);
      EXPECT_EQ(reader->entries().at("b").dims, (std::vector<std::int64_t>{4, 6}));
      EXPECT_EQ(reader->read("a").shape(), (Shape{2, 3, 2, 2}));
      EXPECT_EQ(reader->read("b").shape(), (Shape{4, 6, 1, 1}));
      EXPECT_EQ(reader->read("c").shape(), (Shape{1, 24, 1, 1}));
      EXPECT_EQ(reader->read("d").shape(), (Shape{1, 1, 1, 1}));
      const Tensor a = reader->read("a");
      EXPECT_EQ(std::vector<float>(a.values().begin(), a.values().end()), values);  // exact in float16 too
    }
  }
}

TEST_F(SafetensorsTest, LargeTensorsPassInChunks) {
  const std::vector<float> values = ramp(100'003);
  std::vector<float> small(values.size());
  for (std::size_t i = 0; i < small.size(); ++i) small[i] = values[i] / 1024;
  write_safetensors(path("m"), std::array<StoredTensor, 1>{{{"a", {100'003}, small}}}, {}, Precision::kFloat16);
  SafetensorsReader reader(path("m"));
  const Tensor back = reader.read("a");
  for (std::size_t i = 0; i < small.size(); ++i) ASSERT_NEAR(back.data()[i], small[i], std::abs(small[i]) / 2048);
}

TEST_F(SafetensorsTest, ValuesAreAlignedInTheFile) {
  write_safetensors(path("m"), std::array<StoredTensor, 1>{{{"a", {1}, ramp(1)}}}, {}, Precision::kFloat32);
  EXPECT_EQ((read_file(path("m")).size() - 4) % 64, 0U);
}

TEST(Safetensors, ReadsBfloat16) {
  std::vector<std::byte> bytes = safetensors_with("{" + entry("a", "BF16", "[2]", "[0,4]") + "}", 4);
  const std::array<std::uint16_t, 2> values = {0x3F80, 0xC000};
  std::memcpy(bytes.data() + bytes.size() - 4, values.data(), 4);
  const Tensor a = SafetensorsReader(bytes, "m").read("a");
  EXPECT_EQ(a.data()[0], 1.0F);
  EXPECT_EQ(a.data()[1], -2.0F);
}

TEST(Safetensors, EmptyFilesOfNoTensorsAreFine) {
  const std::vector<std::byte> bytes = safetensors_with("{}", 0);
  EXPECT_TRUE(SafetensorsReader(bytes, "m").entries().empty());
}

void refuse_file(const std::vector<std::byte>& bytes, std::initializer_list<std::string_view> parts) {
  expect_error([&] { SafetensorsReader reader(bytes, "bad.safetensors"); }, {"bad.safetensors"});
  expect_error([&] { SafetensorsReader reader(bytes, "bad.safetensors"); }, parts);
}

TEST(SafetensorsHostile, LengthsAndTruncation) {
  refuse_file({}, {"found 0 bytes"});
  refuse_file(bytes_of("1234567"), {"found 7 bytes"});
  refuse_file(bytes_of(std::string(8, '\xFF')), {"header of at most 0 bytes", "18446744073709551615"});
  refuse_file(bytes_of(std::string("\x00\x00\x00\x00\x00\x00\x00\x80{}", 10)), {"header of at most 2 bytes"});
  std::vector<std::byte> huge = bytes_of(std::string("\x01\x00\x00\x01\x00\x00\x00\x00", 8));  // a header of 16 MiB + 1
  huge.resize(huge.size() + (1U << 24U) + 100);
  refuse_file(huge, {"header of at most 16777216 bytes"});

  const std::vector<std::byte> whole = safetensors_with("{" + entry("a", "F32", "[4]", "[0,16]") + "}", 16);
  EXPECT_NO_THROW((void)SafetensorsReader(whole, "m").read("a"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    expect_error([&] { SafetensorsReader reader(cut, "cut.safetensors"); }, {"cut.safetensors", "expected"});
  }
  refuse_file(safetensors_with("{" + entry("a", "F32", "[4]", "[0,16]") + "}", 17), {"expected 16 bytes of values, found 17"});
}

TEST(SafetensorsHostile, Headers) {
  refuse_file(safetensors_with("", 0), {"expected JSON"});
  refuse_file(safetensors_with("[]", 0), {"expected an object", "array"});
  refuse_file(safetensors_with("{", 0), {"expected JSON"});
  refuse_file(safetensors_with("{\"a\":\"\xFF\"}", 0), {"expected JSON"});
  refuse_file(safetensors_with(std::string(100'000, '['), 0), {"at most 3 levels"});
  refuse_file(safetensors_with("{\"a\":{\"dtype\":{\"x\":{}}}}", 0), {"at most 3 levels"});
  const std::string a = entry("a", "F32", "[1]", "[0,4]");
  refuse_file(safetensors_with("{" + a + "," + a + "}", 4), {"\"a\" twice"});
  refuse_file(safetensors_with("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4),
              {"\"dtype\" twice"});
  refuse_file(safetensors_with("{\"__metadata__\":[]}", 0), {"__metadata__", "object"});
  refuse_file(safetensors_with("{\"__metadata__\":{\"k\":1}}", 0), {"__metadata__", "strings", "\"k\""});
}

TEST(SafetensorsHostile, Entries) {
  const auto refuse_entry = [](const std::string& text, std::size_t values, std::string_view part) {
    refuse_file(safetensors_with("{" + text + "}", values), {"\"a\"", part});
  };
  refuse_entry("\"a\":1", 0, "expected dtype, shape and data_offsets");
  refuse_entry("\"a\":{}", 0, "expected dtype, shape and data_offsets");
  refuse_entry("\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"offsets\":[0,4]}", 4, "expected data_offsets");
  refuse_entry("\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}", 4, "expected dtype, shape");
  for (const char* dtype : {"I8", "f32", "", "F8_E4M3"})
    refuse_entry(entry("a", dtype, "[1]", "[0,4]"), 4, "expected dtype F32, F16, BF16, F64, I32, I64, U8 or BOOL");
  for (const char* dtype : {"F64", "I64"}) refuse_entry(entry("a", dtype, "[1]", "[0,4]"), 4, "expected 8 bytes");
  refuse_entry("\"a\":{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}", 4, "expected dtype F32");
  refuse_entry(entry("a", "F32", "4", "[0,4]"), 4, "expected a shape");
  refuse_entry(entry("a", "F32", "[1,1,1,1,1]", "[0,4]"), 4, "at most 4 dimensions");
  refuse_entry(entry("a", "F32", "[0]", "[0,0]"), 0, "dimensions of 1");
  refuse_entry(entry("a", "F32", "[-1]", "[0,4]"), 4, "whole numbers");
  refuse_entry(entry("a", "F32", "[1.5]", "[0,4]"), 4, "whole numbers");
  refuse_entry(entry("a", "F32", "[\"1\"]", "[0,4]"), 4, "whole numbers");
  refuse_entry(entry("a", "F32", "[18446744073709551615]", "[0,4]"), 4, "dimensions of 1");
  refuse_entry(entry("a", "F32", "[65536,65536,65536,65536]", "[0,0]"), 0, "elements");
  // The pictures of an atlas of a thousand activations a map are more bytes than floats may be; these are only missing here.
  refuse_entry(entry("a", "U8", "[536870917]", "[0,536870917]"), 4, "cut short");
  refuse_entry(entry("a", "F32", "[536870917]", "[0,2147483668]"), 4, "dimensions of 1");
  refuse_entry(entry("a", "U8", "[1099511627777]", "[0,1099511627777]"), 4, "dimensions of 1");
  refuse_entry(entry("a", "F32", "[2]", "[0,4]"), 4, "expected 8 bytes");
  refuse_entry(entry("a", "F16", "[2]", "[0,8]"), 8, "expected 4 bytes");
  refuse_entry(entry("a", "F32", "[1]", "[0]"), 4, "two data_offsets");
  refuse_entry(entry("a", "F32", "[1]", "[4,0]"), 4, "expected 4 bytes, found offsets 4 to 0");
  refuse_entry(entry("a", "F32", "[1]", "[-4,0]"), 4, "whole numbers");
  refuse_entry(entry("a", "F32", "[1]", "[18446744073709551612,18446744073709551615]"), 4, "expected 4 bytes");
}

TEST(SafetensorsHostile, Layout) {
  const auto refuse_second = [](const std::string& offsets, std::size_t values, std::string_view part) {
    refuse_file(safetensors_with("{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[1]", offsets) + "}", values),
                {"\"b\"", part});
  };
  refuse_second("[4,8]", 8, "overlaps");
  refuse_second("[12,16]", 16, "gap");
  refuse_second("[8,12]", 8, "cut short");
  refuse_second("[18446744073709551608,18446744073709551612]", 12, "gap");
  refuse_file(safetensors_with("{" + entry("a", "F32", "[1]", "[4,8]") + "}", 8), {"gap"});
  refuse_file(safetensors_with("{" + entry("a", "F32", "[1]", "[0,4]") + "," + entry("b", "F32", "[1]", "[0,4]") + "}", 4), {"overlaps"});
}

TEST(Safetensors, OtherProgramsNumbers) {
  const std::string header =
      entry("counter", "I64", "[]", "[0,8]") + "," + entry("flag", "BOOL", "[3]", "[8,11]") + "," + entry("wide", "F64", "[2]", "[11,27]");
  std::vector<std::byte> bytes = safetensors_with("{" + header + "}", 27);
  const std::array<double, 2> values = {0.1, -3};
  std::memcpy(bytes.data() + bytes.size() - sizeof values, values.data(), sizeof values);
  SafetensorsReader reader(bytes, "m.safetensors");
  const Tensor wide = reader.read("wide");
  EXPECT_EQ(wide.shape(), (Shape{1, 2, 1, 1}));
  EXPECT_EQ(wide.values()[0], 0.1F);
  EXPECT_EQ(wide.values()[1], -3.0F);
  expect_error([&] { (void)reader.read("counter"); }, {"\"counter\"", "expected dtype F32, F16, BF16 or F64, found I64"});
  const std::array<double, 2> large = {0, -1e39};
  std::memcpy(bytes.data() + bytes.size() - sizeof large, large.data(), sizeof large);
  expect_error([&] { (void)reader.read("wide"); }, {"\"wide\"", "finite", "element 1"});
}

TEST(SafetensorsHostile, ReadingATensor) {
  std::vector<std::byte> bytes =
      safetensors_with("{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("c", "F32", "[1,1,1]", "[8,12]") + "}", 12);
  SafetensorsReader reader(bytes, "m.safetensors");
  expect_error([&] { (void)reader.read("b"); }, {"m.safetensors", "\"b\"", "none"});
  expect_error([&] { (void)reader.read("c"); }, {"m.safetensors", "\"c\"", "found 3"});
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    std::memcpy(bytes.data() + bytes.size() - 8, &bad, 4);
    expect_error([&] { (void)reader.read("a"); }, {"m.safetensors", "\"a\"", "finite", "element 1"});
  }
}

TEST_F(SafetensorsTest, FilesThatAreNone) {
  expect_error([&] { SafetensorsReader reader(path("none.safetensors")); }, {"none.safetensors", "found nothing"});
  expect_error([&] { SafetensorsReader reader(path("")); }, {"folder"});
}

TEST_F(SafetensorsTest, WritingRefusesWhatCannotBeReadBack) {
  const auto refuse_writing = [&](const std::vector<StoredTensor>& tensors, Precision precision,
                                  std::initializer_list<std::string_view> parts) {
    expect_error([&] { write_safetensors(path("out"), tensors, {}, precision); }, parts);
    EXPECT_EQ(file_count(), 0U);
  };
  const std::vector<float> values = ramp(4);
  const std::vector<float> large = {1, 65520, 3};
  const std::vector<float> nan = {1, std::numeric_limits<float>::quiet_NaN()};
  refuse_writing({{"a", {3}, values}}, Precision::kFloat32, {"out", "\"a\"", "3 values", "found 4"});
  refuse_writing({{"a", {0}, {}}}, Precision::kFloat32, {"\"a\""});
  refuse_writing({{"a", {4}, values}, {"a", {4}, values}}, Precision::kFloat32, {"\"a\" again"});
  refuse_writing({{"a", {3}, large}}, Precision::kFloat16, {"\"a\"", "float16", "65520", "element 1"});
  refuse_writing({{"a", {2}, nan}}, Precision::kFloat32, {"\"a\"", "finite", "element 1"});
  refuse_writing({{"a", {4}, values}}, Precision::kBfloat16, {"bfloat16"});
  refuse_writing({{"a\xFF", {4}, values}}, Precision::kFloat32, {"UTF-8"});
  expect_error(
      [&] {
        write_safetensors(path("no/out"), std::array<StoredTensor, 1>{{{"a", {4}, values}}}, {}, Precision::kFloat32);
      },
      {"no/out", "cannot be written"});
  write_safetensors(path("out"), std::array<StoredTensor, 1>{{{"a", {3}, large}}}, {}, Precision::kFloat32);
}

TEST(Safetensors, StoredDimsReadBackAsTheShape) {
  EXPECT_EQ(stored_dims({1, 7, 1, 1}), (std::vector<std::int64_t>{7}));
  EXPECT_EQ(stored_dims({5, 7, 1, 1}), (std::vector<std::int64_t>{5, 7, 1, 1}));
}

}  // namespace
}  // namespace zf
