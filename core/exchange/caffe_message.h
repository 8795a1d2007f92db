#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zf::caffe {

struct Field;

/// A message of caffe.proto, from text or bytes alike: its fields by name, in the file's order. Getters throw where a field is of another
/// kind; of one that must not be repeated, the last counts, as protocol buffers have it.
struct Message {
  std::vector<Field> fields;

  [[nodiscard]] bool has(std::string_view name) const;
  /// An empty message where there is none.
  [[nodiscard]] const Message& message(std::string_view name) const;
  [[nodiscard]] std::vector<const Message*> messages(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise = "") const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] float number(std::string_view name, float otherwise) const;
  [[nodiscard]] std::vector<float> numbers(std::string_view name) const;
  /// Within 32 bits, as all of Caffe's sizes.
  [[nodiscard]] int integer(std::string_view name, int otherwise) const;
  [[nodiscard]] std::vector<int> integers(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name, bool otherwise) const;

 private:
  [[nodiscard]] const Field* last(std::string_view name) const;
};

struct Field {
  std::string name;
  std::string text;              ///< a number, a word, or a string without its quotes
  std::vector<Message> message;  ///< in the text's place: one, or none
};

/// Reads protocol buffers' text format, as a prototxt is written. Throws an Error with `name` and the line where it is anything else.
[[nodiscard]] Message read_text(std::string_view text, const std::string& name);

}  // namespace zf::caffe
