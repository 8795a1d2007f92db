#include "core/exchange/class_names.h"

#include <fmt/format.h>

#include "core/tensor/error.h"

namespace zf {

std::vector<std::string> default_classes(std::size_t count) {
  const auto known = imagenet_classes();
  std::vector<std::string> names;
  if (count == known.size() + 1) names.emplace_back("background");
  if (count == known.size() || count == known.size() + 1) {
    names.insert(names.end(), known.begin(), known.end());
    return names;
  }
  for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("class {}", i));
  return names;
}

std::vector<std::string> parse_classes(std::string_view text, const std::string& where) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) fail("{}: expected a class on line {}, found none", where, names.size() + 1);
    names.emplace_back(line);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  if (names.empty()) fail("{}: expected a class a line, found none", where);
  return names;
}

}  // namespace zf
