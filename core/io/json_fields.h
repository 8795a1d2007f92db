#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>

#include "core/io/quotable.h"

namespace zf {

/// Parses JSON. Throws an Error that starts with `where` where it is malformed, nests deeper than `max_depth` or names a
/// field twice.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, const std::string& where, int max_depth);

[[nodiscard]] bool is_whole_number(const nlohmann::json& value, int least, int most);

/// The value that prints as briefly as the float does and reads back as the same float.
[[nodiscard]] nlohmann::json exact_json(float value);

/// JSON text; throws an Error that starts with `where` where a string is not UTF-8.
[[nodiscard]] std::string dump_json(const nlohmann::json& value, const std::string& where, int indent = -1);

/// Reads an object's fields and insists that each is there, of the right type and range, and that no other is. Every
/// Error starts with `where`.
class JsonFields {
 public:
  JsonFields(const nlohmann::json& object, std::string where);

  [[nodiscard]] bool has(const char* key) const;
  [[nodiscard]] bool has_array(const char* key) const;
  [[nodiscard]] std::string text(const char* key);
  [[nodiscard]] int integer(const char* key, int least, int most);
  [[nodiscard]] float number(const char* key);
  [[nodiscard]] bool boolean(const char* key);
  [[nodiscard]] const nlohmann::json& object(const char* key);
  /// An array of `least` to `most` elements.
  [[nodiscard]] const nlohmann::json& array(const char* key, std::size_t least, std::size_t most);

  // The same, where the field is there; else `otherwise`.
  [[nodiscard]] int integer_or(const char* key, int least, int most, int otherwise);
  [[nodiscard]] float number_or(const char* key, float otherwise);
  [[nodiscard]] bool boolean_or(const char* key, bool otherwise);

  /// Throws where a field is left that nobody read.
  void finish() const;

 private:
  [[nodiscard]] const nlohmann::json& field(const char* key);
  [[noreturn]] void wrong(const char* key, std::string_view expected, const nlohmann::json& found) const;

  const nlohmann::json& object_;
  std::string where_;
  std::set<std::string> known_;
};

}  // namespace zf
