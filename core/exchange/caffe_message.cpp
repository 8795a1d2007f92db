#include "core/exchange/caffe_message.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

const std::string& scalar(const Field& field) {
  if (!field.message.empty()) fail("expected one value as {}, found a message", field.name);
  return field.text;
}

const Message& inner(const Field& field) {
  if (field.message.empty()) fail("expected a message as {}, found \"{}\"", field.name, quotable(field.text));
  return field.message.front();
}

float number_of(const Field& field) {
  const std::string& text = scalar(field);
  char* end = nullptr;
  const float number = std::strtof(text.c_str(), &end);
  if (end != text.c_str() && (*end == 'f' || *end == 'F')) ++end;
  if (text.empty() || end != text.c_str() + text.size() || !std::isfinite(number)) {
    fail("expected a number as {}, found \"{}\"", field.name, quotable(text));
  }
  return number;
}

int integer_of(const Field& field) {
  const std::string& text = scalar(field);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    fail("expected a whole number of 32 bits as {}, found \"{}\"", field.name, quotable(text));
  }
  return number;
}

template <typename Read>
auto all(const std::vector<Field>& fields, std::string_view name, Read read) {
  std::vector<std::decay_t<decltype(read(fields.front()))>> found;
  for (const Field& field : fields) {
    if (field.name == name) found.push_back(read(field));
  }
  return found;
}

}  // namespace

const Field* Message::last(std::string_view name) const {
  const auto found = std::find_if(fields.rbegin(), fields.rend(), [&](const Field& field) { return field.name == name; });
  return found == fields.rend() ? nullptr : &*found;
}

bool Message::has(std::string_view name) const { return last(name) != nullptr; }

const Message& Message::message(std::string_view name) const {
  static const Message kEmpty;
  const Field* const field = last(name);
  return field == nullptr ? kEmpty : inner(*field);
}

std::vector<const Message*> Message::messages(std::string_view name) const {
  return all(fields, name, [](const Field& field) { return &inner(field); });
}

std::string Message::text(std::string_view name, std::string_view otherwise) const {
  const Field* const field = last(name);
  return field == nullptr ? std::string(otherwise) : scalar(*field);
}

std::vector<std::string> Message::texts(std::string_view name) const { return all(fields, name, scalar); }

float Message::number(std::string_view name, float otherwise) const {
  const Field* const field = last(name);
  return field == nullptr ? otherwise : number_of(*field);
}

std::vector<float> Message::numbers(std::string_view name) const { return all(fields, name, number_of); }

int Message::integer(std::string_view name, int otherwise) const {
  const Field* const field = last(name);
  return field == nullptr ? otherwise : integer_of(*field);
}

std::vector<int> Message::integers(std::string_view name) const { return all(fields, name, integer_of); }

bool Message::flag(std::string_view name, bool otherwise) const {
  const Field* const field = last(name);
  if (field == nullptr) return otherwise;
  const std::string& text = scalar(*field);
  if (text == "true" || text == "True" || text == "t" || text == "1") return true;
  if (text == "false" || text == "False" || text == "f" || text == "0") return false;
  fail("expected true or false as {}, found \"{}\"", field->name, quotable(text));
}

}  // namespace zf::caffe
