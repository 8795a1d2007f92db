#include "core/io/csv.h"

#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>
#include <utility>

#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// Reads the cells of a text one line at a time.
class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
  }

  /// The cells of the next line that is not empty, none at the end; line() says where it began.
  std::vector<std::string> next() {
    std::vector<std::string> cells;
    while (at_ < text_.size() && cells.empty()) {
      line_ = ++lines_;
      cells = read_line();
      if (cells.size() == 1 && cells.front().empty()) cells.clear();
    }
    return cells;
  }
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  std::vector<std::string> read_line() {
    std::vector<std::string> cells(1);
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"' && cells.back().empty()) {
        read_quoted(cells.back());
      } else if (c == ',') {
        cells.emplace_back();
      } else if (c == '\n') {
        break;
      } else if (c != '\r' || (at_ < text_.size() && text_[at_] != '\n')) {
        cells.back() += c;
      }
    }
    return cells;
  }

  void read_quoted(std::string& cell) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') ++lines_;
      if (c != '"') {
        cell += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        cell += '"';
        ++at_;
      } else {
        return;
      }
    }
    fail("{}, line {}: expected a closing quote, found the end of the file", name_, line_);
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;   ///< where the latest line of cells began
  std::size_t lines_ = 0;  ///< lines begun
};

bool needs_quotes(const std::string& cell) { return cell.find_first_of(",\"\r\n") != std::string::npos; }

}  // namespace

CsvTable CsvTable::parse(std::string_view text, const std::string& name) {
  CsvTable table;
  table.name_ = name;
  Reader reader(text, name);
  table.columns_ = reader.next();
  if (table.columns_.empty()) fail("{}: expected a first line that names the columns, found none", name);
  for (auto column = table.columns_.begin(); column != table.columns_.end(); ++column) {
    if (column->empty()) fail("{}: expected a name for every column, found an empty one", name);
    if (std::find(table.columns_.begin(), column, *column) != column) {
      fail("{}: expected columns of different names, found {} twice", name, quotable(*column));
    }
  }
  for (std::vector<std::string> cells = reader.next(); !cells.empty(); cells = reader.next()) {
    if (cells.size() != table.columns_.size()) {
      fail("{}, line {}: expected {} cells, found {}", name, reader.line(), table.columns_.size(), cells.size());
    }
    table.rows_.push_back({reader.line(), std::move(cells)});
  }
  return table;
}

bool CsvTable::has(std::string_view column) const { return std::find(columns_.begin(), columns_.end(), column) != columns_.end(); }

std::size_t CsvTable::index(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end())
    fail("{}: expected a column {}, found {}", name_, column, quotable(fmt::format("{}", fmt::join(columns_, ", "))));
  return static_cast<std::size_t>(found - columns_.begin());
}

const std::string& CsvTable::text(std::size_t row, std::string_view column) const { return rows_.at(row).cells[index(column)]; }

double CsvTable::number(std::size_t row, std::string_view column) const {
  const std::string& cell = text(row, column);
  std::istringstream stream(cell);
  stream.imbue(std::locale::classic());
  double value = 0;
  stream >> value;
  if (stream.fail() || !(stream >> std::ws).eof() || !std::isfinite(value)) {
    fail("{}, column {}: expected a number, found \"{}\"", where(row), column, quotable(cell));
  }
  return value;
}

std::string CsvTable::where(std::size_t row) const { return fmt::format("{}, line {}", name_, rows_.at(row).line); }

CsvText::CsvText(const std::vector<std::string>& columns) : columns_(columns.size()) { append(columns); }

void CsvText::add(const std::vector<std::string>& cells) {
  if (cells.size() != columns_) fail("csv: expected {} cells, found {}", columns_, cells.size());
  append(cells);
}

void CsvText::append(const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text_ += ',';
    if (!needs_quotes(cells[i])) {
      text_ += cells[i];
      continue;
    }
    text_ += '"';
    for (const char c : cells[i]) text_ += c == '"' ? std::string("\"\"") : std::string(1, c);
    text_ += '"';
  }
  text_ += '\n';
}

std::string csv_number(double value) {
  if (!std::isfinite(value)) fail("csv: expected a finite number, found {}", value);
  return fmt::format("{}", value);
}

}  // namespace zf
