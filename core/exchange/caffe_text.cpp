// Protocol buffers' text format.
#include <string>

#include "core/exchange/caffe_message.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

constexpr int kMaxDepth = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_part_of_scalar(char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '+' || c == '-'; }

int digit_of(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

class TextReader {
 public:
  TextReader(std::string_view text, const std::string& name) : rest_(text), name_(name) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);  // a mark of UTF-8
  }

  /// The fields up to `end`, the closing bracket; 0: the end of the text.
  Message message(char end, int depth) {
    if (depth > kMaxDepth) give_up(fmt::format("messages within messages at most {} deep", kMaxDepth));
    Message message;
    while (true) {
      skip_space();
      if (rest_.empty() || rest_.front() == end) break;
      field(message, depth);
    }
    if (rest_.empty() != (end == '\0')) give_up(fmt::format("a field or '{}'", end));
    if (end != '\0') rest_.remove_prefix(1);
    return message;
  }

 private:
  [[noreturn]] void give_up(const std::string& expected) const {
    const std::string found = rest_.empty() ? "the end" : "\"" + quotable(rest_.substr(0, rest_.find_first_of(" \t\r\n"))) + "\"";
    fail("{}: line {}: expected {}, found {}", name_, line_, expected, found);
  }

  void skip_space() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        continue;
      }
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\v' && c != '\f') return;
      if (c == '\n') ++line_;
      rest_.remove_prefix(1);
    }
  }

  /// Whether the next sign is `c`, which is taken then.
  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string word(bool (*is_part)(char)) {
    std::size_t size = 0;
    while (size < rest_.size() && is_part(rest_[size])) ++size;
    std::string found(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return found;
  }

  void field(Message& message, int depth) {
    if (!is_letter(rest_.front())) give_up("the name of a field");
    const std::string name = word([](char c) { return is_letter(c) || is_digit(c); });
    const bool colon = take(':');
    if (take('[')) {
      while (!take(']')) {
        value(message, name, colon, depth);
        (void)take(',');
      }
    } else {
      value(message, name, colon, depth);
    }
    // Between fields there may be either.
    if (!take(';')) (void)take(',');
  }

  void value(Message& message, const std::string& name, bool colon, int depth) {
    for (const char* brackets : {"{}", "<>"}) {
      if (!take(brackets[0])) continue;
      Field field{name, "", {}};
      field.message.push_back(this->message(brackets[1], depth + 1));
      message.fields.push_back(std::move(field));
      return;
    }
    if (!colon) give_up(fmt::format("':' or '{{' after {}", quotable(name)));
    message.fields.push_back({name, scalar(), {}});
  }

  std::string scalar() {
    skip_space();
    if (rest_.empty()) give_up("a value");
    if (rest_.front() == '"' || rest_.front() == '\'') return strings();
    std::string sign;
    if (take('-')) {
      sign = "-";
      skip_space();
    }
    const std::string found = word(is_part_of_scalar);
    if (found.empty()) give_up("a value");
    return sign + found;
  }

  /// One or several strings, which are one.
  std::string strings() {
    std::string text;
    for (skip_space(); !rest_.empty() && (rest_.front() == '"' || rest_.front() == '\''); skip_space()) {
      const char quote = rest_.front();
      rest_.remove_prefix(1);
      while (true) {
        if (rest_.empty() || rest_.front() == '\n') give_up("the string's end on its line");
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == quote) break;
        text += c == '\\' ? escaped() : c;
      }
    }
    return text;
  }

  char escaped() {
    if (rest_.empty()) give_up("a sign after \\");
    const char c = rest_.front();
    if (c >= '0' && c <= '7') return coded(8, 3);
    rest_.remove_prefix(1);
    if (c == 'x' || c == 'X') return coded(16, 2);
    constexpr std::string_view kLetters = "abfnrtv";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v";
    const std::size_t letter = kLetters.find(c);
    return letter == std::string_view::npos ? c : kMeanings[letter];
  }

  char coded(int base, std::size_t most) {
    int code = 0;
    std::size_t size = 0;
    while (size < most && size < rest_.size() && digit_of(rest_[size]) < base) code = code * base + digit_of(rest_[size++]);
    if (size == 0) give_up("digits after \\x");
    rest_.remove_prefix(size);
    return static_cast<char>(code);
  }

  std::string_view rest_;
  const std::string& name_;
  int line_ = 1;
};

}  // namespace

Message read_text(std::string_view text, const std::string& name) { return TextReader(text, name).message('\0', 0); }

}  // namespace zf::caffe
