#include "markup.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace zf::test {

namespace {

constexpr std::array<std::string_view, 5> kVoid = {"img", "meta", "link", "br", "input"};

[[noreturn]] void refuse(const std::string& why, std::string_view near) {
  throw std::runtime_error(why + " near \"" + std::string(near.substr(0, 60)) + '"');
}

bool is_entity_at(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 5> kEntities = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  return std::any_of(kEntities.begin(), kEntities.end(), [&](std::string_view entity) { return text.substr(at, entity.size()) == entity; });
}

void check_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '>' || (text[i] == '&' && !is_entity_at(text, i))) refuse("bare character", text.substr(i));
  }
}

Tag parse_tag(std::string_view inside) {
  Tag tag;
  std::size_t at = std::min(inside.find(' '), inside.size());
  tag.name = inside.substr(0, at);
  while (at < inside.size()) {
    if (inside[at] != ' ') refuse("expected a space", inside.substr(at));
    const std::size_t equals = inside.find('=', ++at);
    const std::size_t space = std::min(inside.find(' ', at), inside.size());
    const std::size_t name_end = std::min(equals, space);
    const std::string name(inside.substr(at, name_end - at));
    std::string value;
    at = name_end;
    if (equals < space) {
      if (inside.substr(equals + 1, 1) != "\"") refuse("attribute without quotes", inside.substr(equals));
      const std::size_t end = inside.find('"', equals + 2);
      if (end == std::string_view::npos) refuse("attribute without end", inside.substr(equals));
      value = inside.substr(equals + 2, end - equals - 2);
      check_text(value);
      if (value.find('<') != std::string::npos) refuse("bare character", value);
      at = end + 1;
    }
    if (name.empty() || !tag.attributes.emplace(name, value).second) refuse("bad or double attribute", inside);
  }
  return tag;
}

/// Where a tag that starts at `at` ends: quotes may hold anything.
std::size_t end_of_tag(std::string_view html, std::size_t at) {
  bool quoted = false;
  for (; at < html.size(); ++at) {
    if (html[at] == '"') quoted = !quoted;
    if (html[at] == '>' && !quoted) return at;
  }
  refuse("tag without end", html);
}

}  // namespace

Markup parse_markup(std::string_view html) {
  constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
  if (html.substr(0, kDoctype.size()) != kDoctype) refuse("expected a doctype", html);
  Markup markup;
  std::vector<std::string> open;
  std::size_t at = kDoctype.size();
  while (at < html.size()) {
    const std::size_t tag_start = std::min(html.find('<', at), html.size());
    const std::string_view text = html.substr(at, tag_start - at);
    const bool is_style = !open.empty() && open.back() == "style";
    if (!is_style) check_text(text);
    if (!is_style) markup.text += text;
    if (tag_start == html.size()) break;
    const std::size_t end = end_of_tag(html, tag_start);
    std::string_view inside = html.substr(tag_start + 1, end - tag_start - 1);
    at = end + 1;
    if (inside.substr(0, 1) == "/") {
      if (open.empty() || open.back() != inside.substr(1)) refuse("closes what is not open", html.substr(tag_start));
      open.pop_back();
      continue;
    }
    const bool closes_itself = !inside.empty() && inside.back() == '/';
    if (closes_itself) inside.remove_suffix(1);
    const Tag tag = parse_tag(inside);
    const bool is_void = closes_itself || std::find(kVoid.begin(), kVoid.end(), tag.name) != kVoid.end();
    if (!is_void) open.push_back(tag.name);
    markup.tags.push_back(tag);
  }
  if (!open.empty()) refuse("not closed: " + open.back(), "end");
  return markup;
}

std::vector<Tag> Markup::named(std::string_view name) const {
  std::vector<Tag> result;
  std::copy_if(tags.begin(), tags.end(), std::back_inserter(result), [&](const Tag& tag) { return tag.name == name; });
  return result;
}

std::vector<std::string> Markup::values(std::string_view attribute) const {
  std::vector<std::string> result;
  for (const Tag& tag : tags) {
    if (const auto found = tag.attributes.find(std::string(attribute)); found != tag.attributes.end()) result.push_back(found->second);
  }
  return result;
}

std::vector<unsigned char> png_of(std::string_view uri) {
  constexpr std::string_view kPrefix = "data:image/png;base64,";
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (uri.substr(0, kPrefix.size()) != kPrefix) refuse("expected a PNG inside", uri);
  std::vector<unsigned char> bytes;
  unsigned group = 0;
  int bits = 0;
  for (const char c : uri.substr(kPrefix.size())) {
    if (c == '=') break;
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) refuse("bad base64", uri);
    group = ((group << 6) | static_cast<unsigned>(digit)) & 0xFFFFU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<unsigned char>((group >> bits) & 0xFFU));
  }
  return bytes;
}

}  // namespace zf::test
