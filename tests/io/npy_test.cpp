#include "core/tensor/npy.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::bytes_of;
using testing::expect_error;
using testing::text_of;

/// A version 1 file with this dictionary and `values` floats of 1.
std::vector<std::byte> npy_with(const std::string& dictionary, std::size_t values) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += {static_cast<char>(dictionary.size() & 0xFF), static_cast<char>(dictionary.size() >> 8)};
  text += dictionary;
  for (std::size_t i = 0; i < values; ++i) text += std::string("\x00\x00\x80\x3F", 4);
  return bytes_of(text);
}

const std::string kGood = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

TEST(Npy, RoundTripKeepsShapeAndValues) {
  Tensor tensor({2, 3, 4, 5});
  for (std::size_t i = 0; i < tensor.size(); ++i) tensor.data()[i] = std::sin(static_cast<float>(i));
  const Tensor back = decode_npy(encode_npy(tensor), "x.npy");
  EXPECT_EQ(back.shape(), tensor.shape());
  EXPECT_EQ(std::memcmp(back.data(), tensor.data(), tensor.size() * sizeof(float)), 0);
}

TEST(Npy, MissingLeadingDimensionsCountAsOne) {
  EXPECT_EQ(decode_npy(encode_npy(std::array{5}, std::array<float, 5>{}), "x").shape(), (Shape{1, 1, 1, 5}));
  EXPECT_EQ(decode_npy(encode_npy(std::array{2, 3}, std::array<float, 6>{}), "x").shape(), (Shape{1, 1, 2, 3}));
  EXPECT_EQ(decode_npy(encode_npy(std::array{3, 1, 2}, std::array<float, 6>{}), "x").shape(), (Shape{1, 3, 1, 2}));
}

TEST(Npy, WritesWhatNumpyWrites) {
  const std::string text = text_of(encode_npy(std::array{3}, std::array<std::int32_t, 3>{1, 2, 3}));
  EXPECT_EQ(text.size(), 128U + 12U);
  EXPECT_EQ(text.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ(text.substr(10, 59), "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }  ");
  EXPECT_EQ(text[127], '\n');
}

TEST(Npy, ReadsKeysInAnyOrderAndVersionTwo) {
  EXPECT_EQ(decode_npy(npy_with("{\"shape\":(2,3),\"descr\":\"<f4\",\"fortran_order\":False}", 6), "x").shape(), (Shape{1, 1, 2, 3}));
  std::string text("\x93NUMPY\x02\x00", 8);
  text += {static_cast<char>(kGood.size()), '\0', '\0', '\0'};
  text += kGood + std::string(24, '\0');
  EXPECT_EQ(decode_npy(bytes_of(text), "x").shape(), (Shape{1, 1, 2, 3}));
}

TEST(Npy, RefusesToWriteAWrongNumberOfValues) {
  expect_error([] { (void)encode_npy(std::array{2, 3}, std::array<float, 5>{}); }, {"6 values", "found 5"});
  expect_error([] { (void)encode_npy(std::array{0}, std::span<const float>{}); }, {"at least 1", "found 0"});
}

TEST(Npy, HostileFilesAreErrorsThatNameTheFile) {
  const auto refuse = [](const std::vector<std::byte>& bytes, std::string_view part) {
    expect_error([&] { (void)decode_npy(bytes, "bad.npy"); }, {"bad.npy", part});
  };
  refuse({}, "expected an npy file");
  refuse(bytes_of("PK\x03\x04 not an npy file"), "expected an npy file");
  refuse(bytes_of(std::string("\x93NUMPY\x09\x00\x10\x00", 10) + kGood), "version");
  refuse(bytes_of(std::string("\x93NUMPY\x01\x00\xFF\xFF", 10) + kGood), "header of at most");
  refuse(bytes_of(std::string("\x93NUMPY\x02\x00\xFF\xFF", 10)), "header of at least 12");
  refuse(bytes_of(std::string("\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF", 12) + kGood), "header of at most");
  refuse(npy_with(kGood, 5), "expected 24 bytes of values, found 20");
  refuse(npy_with(kGood, 7), "expected 24 bytes of values, found 28");
  refuse(npy_with("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 12), "expected float32 ('<f4'), found '<f8'");
  refuse(npy_with("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", 6), "'>f4'");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 6), "Fortran");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': None, 'shape': (2, 3), }", 6), "True or False");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 1), "1 to 4 dimensions");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }", 1), "at most 4 dimensions");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", 0), "dimensions of 1");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", 6), "dimensions of 1");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, ), }", 6), "dimensions of 1");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (268435456, 268435456, 268435456, 268435456), }", 6), "at least");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False}", 6), "'shape'");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (6, ), 'evil': 1}", 6), "no keys but");
  refuse(npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (6, ", 6), "header");
  refuse(npy_with("{'descr", 6), "closing quote");
  refuse(npy_with("", 6), "'{'");
}

TEST(Npy, RefusesNanAndInfinity) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const std::array<float, 3> values = {1, bad, 3};
    expect_error([&] { (void)decode_npy(encode_npy(std::array{3}, values), "bad.npy"); }, {"bad.npy", "finite", "element 1"});
  }
}

}  // namespace
}  // namespace zf
