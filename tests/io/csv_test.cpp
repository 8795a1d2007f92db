// Comma-separated values: quoting, line ends, errors that say where, numbers that read back exactly.
#include "core/io/csv.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/expect_error.h"

namespace zf {
namespace {

using testing::expect_error;

TEST(Csv, ReadsNamedColumns) {
  const CsvTable table = CsvTable::parse("file,x,y\na.png,1.5,-2e3\n\nb.png, 7 ,0", "points.csv");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.text(0, "file"), "a.png");
  EXPECT_EQ(table.number(0, "x"), 1.5);
  EXPECT_EQ(table.number(0, "y"), -2000);
  EXPECT_EQ(table.number(1, "x"), 7);
  EXPECT_EQ(table.where(1), "points.csv, line 4");
  EXPECT_TRUE(table.has("y"));
  EXPECT_FALSE(table.has("z"));
}

TEST(Csv, QuotesLineEndsAndByteOrderMark) {
  const CsvTable table = CsvTable::parse(
      "\xEF\xBB\xBF"
      "a,b\r\n\"x, \"\"y\"\"\nz\",\r\n1,2\r\n",
      "t");
  EXPECT_EQ(table.columns(), (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.text(0, "a"), "x, \"y\"\nz");
  EXPECT_EQ(table.text(0, "b"), "");
  EXPECT_EQ(table.text(1, "b"), "2");
  EXPECT_EQ(table.where(1), "t, line 4");
}

TEST(Csv, WhatIsWrittenReadsBack) {
  CsvText text({"name", "value"});
  text.add({"plain", csv_number(0.1)});
  text.add({"a,\"b\"\nc", csv_number(1.0 / 3)});
  const CsvTable table = CsvTable::parse(text.text(), "t");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.text(1, "name"), "a,\"b\"\nc");
  EXPECT_EQ(table.number(0, "value"), 0.1);
  EXPECT_EQ(table.number(1, "value"), 1.0 / 3);
}

TEST(Csv, ErrorsSayWhere) {
  expect_error([] { (void)CsvTable::parse("\n\n", "p.csv"); }, {"p.csv", "names the columns"});
  expect_error([] { (void)CsvTable::parse("a,b,a\n", "p.csv"); }, {"p.csv", "a twice"});
  expect_error([] { (void)CsvTable::parse("a,,b\n", "p.csv"); }, {"p.csv", "empty"});
  expect_error([] { (void)CsvTable::parse("a,b\n1,2\n\n1,2,3\n", "p.csv"); }, {"p.csv, line 4", "2 cells", "found 3"});
  expect_error([] { (void)CsvTable::parse("a,b\n1,\"2\n", "p.csv"); }, {"p.csv, line 2", "quote"});
  const CsvTable table = CsvTable::parse("a,b\n1,zwei\n1e999,2x\n,nan", "p.csv");
  expect_error([&] { (void)table.text(0, "c"); }, {"p.csv", "column c", "a, b"});
  expect_error([&] { (void)table.number(0, "b"); }, {"p.csv, line 2", "column b", "number", "zwei"});
  expect_error([&] { (void)table.number(1, "a"); }, {"1e999"});
  expect_error([&] { (void)table.number(1, "b"); }, {"2x"});
  expect_error([&] { (void)table.number(2, "a"); }, {"line 4", "\"\""});
  expect_error([&] { (void)table.number(2, "b"); }, {"nan"});
  expect_error([] { (void)csv_number(std::numeric_limits<double>::infinity()); }, {"finite"});
  expect_error(
      [] {
        CsvText text({"a"});
        text.add({"1", "2"});
      },
      {"1 cells", "found 2"});
}

}  // namespace
}  // namespace zf
