#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace zf::test {

struct Tag {
  std::string name;
  std::map<std::string, std::string> attributes;  // as written, entities and all
};

/// What a page's markup is made of.
struct Markup {
  std::vector<Tag> tags;  // opening and single ones, in order
  std::string text;       // between tags, without style sheets; entities as written

  /// Every tag of this name.
  [[nodiscard]] std::vector<Tag> named(std::string_view name) const;
  /// Every value of this attribute.
  [[nodiscard]] std::vector<std::string> values(std::string_view attribute) const;
};

/// Reads HTML strictly: throws std::runtime_error where tags are not closed in order, an attribute has no quotes or stands
/// twice, or a character that must be an entity is none.
[[nodiscard]] Markup parse_markup(std::string_view html);

/// The bytes of a data URI of a PNG. Throws where it is anything else.
[[nodiscard]] std::vector<unsigned char> png_of(std::string_view uri);

}  // namespace zf::test
