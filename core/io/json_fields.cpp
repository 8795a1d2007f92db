#include "core/io/json_fields.h"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/tensor/error.h"

namespace zf {

using nlohmann::json;

namespace {

/// What a value is, for an error message: short values themselves, long ones by type.
std::string describe(const json& value) {
  if (value.is_structured()) return value.is_array() ? "an array" : "an object";
  return quotable(value.dump(-1, ' ', true, json::error_handler_t::replace));
}

}  // namespace

json parse_json(std::string_view text, const std::string& where, int max_depth) {
  std::vector<std::set<std::string>> open;  // the names so far of each open object; none of an array
  const auto watch = [&](int /*depth*/, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        open.emplace_back();
        if (open.size() > static_cast<std::size_t>(max_depth)) fail("{}: expected JSON of at most {} levels, found more", where, max_depth);
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        open.pop_back();
        break;
      case json::parse_event_t::key:
        if (!open.back().insert(parsed.get<std::string>()).second) {
          fail("{}: expected every field once, found \"{}\" twice", where, quotable(parsed.get<std::string>()));
        }
        break;
      case json::parse_event_t::value:
        break;
    }
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::exception& error) {
    fail("{}: expected JSON, found something else: {}", where, quotable(error.what()));
  }
}

bool is_whole_number(const json& value, int least, int most) {
  if (!value.is_number_integer()) return false;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT32_MAX}) return false;
  return value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
}

json exact_json(float value) {
  const std::string shortest = fmt::format("{}", value);
  return std::strtod(shortest.c_str(), nullptr);
}

std::string dump_json(const json& value, const std::string& where, int indent) {
  try {
    return value.dump(indent);
  } catch (const json::exception&) {
    fail("{}: expected UTF-8 text, found other bytes", where);
  }
}

JsonFields::JsonFields(const json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.is_object()) fail("{}: expected an object, found {}", where_, describe(object));
}

bool JsonFields::has(const char* key) const { return object_.contains(key); }

bool JsonFields::has_array(const char* key) const { return has(key) && object_[key].is_array(); }

std::string JsonFields::text(const char* key) {
  constexpr std::size_t kLongest = 256;
  const json& value = field(key);
  if (!value.is_string()) wrong(key, "a string", value);
  auto text = value.get<std::string>();
  if (text.size() > kLongest) wrong(key, fmt::format("at most {} bytes", kLongest), value);
  return text;
}

int JsonFields::integer(const char* key, int least, int most) {
  const json& value = field(key);
  if (!is_whole_number(value, least, most)) wrong(key, fmt::format("a whole number of {} to {}", least, most), value);
  return value.get<int>();
}

float JsonFields::number(const char* key) {
  const json& value = field(key);
  // Beyond float's range the conversion would be undefined.
  if (!value.is_number() || !(std::abs(value.get<double>()) <= 3.4e38)) wrong(key, "a number", value);
  return static_cast<float>(value.get<double>());
}

bool JsonFields::boolean(const char* key) {
  const json& value = field(key);
  if (!value.is_boolean()) wrong(key, "true or false", value);
  return value.get<bool>();
}

const json& JsonFields::object(const char* key) {
  const json& value = field(key);
  if (!value.is_object()) wrong(key, "an object", value);
  return value;
}

const json& JsonFields::array(const char* key, std::size_t least, std::size_t most) {
  const json& value = field(key);
  if (!value.is_array()) wrong(key, "an array", value);
  if (value.size() < least || value.size() > most) {
    fail("{}: {}: expected {} to {} elements, found {}", where_, key, least, most, value.size());
  }
  return value;
}

int JsonFields::integer_or(const char* key, int least, int most, int otherwise) {
  known_.insert(key);
  return has(key) ? integer(key, least, most) : otherwise;
}

float JsonFields::number_or(const char* key, float otherwise) {
  known_.insert(key);
  return has(key) ? number(key) : otherwise;
}

bool JsonFields::boolean_or(const char* key, bool otherwise) {
  known_.insert(key);
  return has(key) ? boolean(key) : otherwise;
}

void JsonFields::finish() const {
  for (const auto& item : object_.items()) {
    if (known_.count(item.key()) == 0) {
      fail("{}: expected only the fields {}, found \"{}\"", where_, fmt::join(known_, ", "), quotable(item.key()));
    }
  }
}

const json& JsonFields::field(const char* key) {
  known_.insert(key);
  const auto found = object_.find(key);
  if (found == object_.end()) fail("{}: expected a field \"{}\", found none", where_, key);
  return *found;
}

void JsonFields::wrong(const char* key, std::string_view expected, const json& found) const {
  fail("{}: {}: expected {}, found {}", where_, key, expected, describe(found));
}

}  // namespace zf
