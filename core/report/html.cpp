#include "core/report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_forbidden(unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7F; }

/// What a character must be written as; empty where as itself.
std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return is_forbidden(static_cast<unsigned char>(c)) ? kReplacement : std::string_view{};
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view entity = entity_of(text[i]);
    if (entity.empty()) continue;
    result.append(text, done, i - done).append(entity);
    done = i + 1;
  }
  return result.append(text, done);
}

std::string escape_url(std::string_view path) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string url;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      url += c;
    } else {
      url += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return url;
}

std::string base64(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result((bytes.size() + 2) / 3 * 4, '=');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(bytes.size() - i, 3);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = (group << 8) | (k < count ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k <= count; ++k) result[at + k] = kDigits[(group >> (18 - 6 * k)) & 63U];
    at += 4;
  }
  return result;
}

std::string png_uri(std::span<const std::byte> png) { return "data:image/png;base64," + base64(png); }

void Html::start(std::string_view tag, Attributes attributes) {
  out_ += '<';
  out_ += tag;
  for (const auto& [name, value] : attributes) {
    out_ += ' ';
    out_ += name;
    if (!value.empty()) out_ += "=\"" + escape_html(value) + '"';
  }
  out_ += '>';
}

void Html::open(std::string_view tag, Attributes attributes) {
  start(tag, attributes);
  open_.emplace_back(tag);
}

void Html::close() {
  if (open_.empty()) fail("[html] expected an open tag to close, found none");
  out_ += "</" + open_.back() + ">\n";
  open_.pop_back();
}

void Html::single(std::string_view tag, Attributes attributes) { start(tag, attributes); }

void Html::text(std::string_view text) { out_ += escape_html(text); }

void Html::element(std::string_view tag, Attributes attributes, std::string_view text) {
  start(tag, attributes);
  out_ += escape_html(text);
  out_ += "</";
  out_ += tag;
  out_ += '>';
}

std::string Html::take() {
  if (!open_.empty()) fail("[html] expected every tag closed, found {} open", open_.back());
  return std::move(out_);
}

}  // namespace zf
