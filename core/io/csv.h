#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace zf {

/// A table of comma-separated values whose first line names the columns. Cells may be quoted ("a, ""b"""), lines end in LF or
/// CRLF, empty lines are left out, a byte order mark is skipped. Errors name the file, the line and the column.
class CsvTable {
 public:
  /// `name` stands in errors. Throws where there is no header, a column is named twice or not at all, a line has more or fewer
  /// cells than the header, or a quote stays open.
  [[nodiscard]] static CsvTable parse(std::string_view text, const std::string& name);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] bool has(std::string_view column) const;

  /// Throws with the list of columns where there is no such one.
  [[nodiscard]] const std::string& text(std::size_t row, std::string_view column) const;
  /// Throws where the cell is not a finite number.
  [[nodiscard]] double number(std::size_t row, std::string_view column) const;
  /// "points.csv, line 7", to begin an error about a row.
  [[nodiscard]] std::string where(std::size_t row) const;

 private:
  struct Row {
    std::size_t line = 0;
    std::vector<std::string> cells;
  };
  [[nodiscard]] std::size_t index(std::string_view column) const;

  std::string name_;
  std::vector<std::string> columns_;
  std::vector<Row> rows_;
};

/// Builds such a text line by line; cells are quoted where they need it.
class CsvText {
 public:
  explicit CsvText(const std::vector<std::string>& columns);

  /// Throws where there are more or fewer cells than columns.
  void add(const std::vector<std::string>& cells);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void append(const std::vector<std::string>& cells);

  std::size_t columns_;
  std::string text_;
};

/// The shortest text that reads back as the same number. Throws where it is not finite.
[[nodiscard]] std::string csv_number(double value);

}  // namespace zf
