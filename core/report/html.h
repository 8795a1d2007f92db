#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zf {

/// The text with &, <, >, " and ' as entities: safe between tags and in quoted attributes. Control characters that HTML
/// forbids become U+FFFD.
[[nodiscard]] std::string escape_html(std::string_view text);

/// A path of '/' and any bytes as a relative URL: all but letters, digits and -._~/ as %XX.
[[nodiscard]] std::string escape_url(std::string_view path);

/// RFC 4648 with padding.
[[nodiscard]] std::string base64(std::span<const std::byte> bytes);

/// "data:image/png;base64,..." for the src of a picture.
[[nodiscard]] std::string png_uri(std::span<const std::byte> png);

/// Writes HTML whose tags are balanced and whose text and attributes are escaped by construction.
class Html {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Attributes with an empty value are written as bare names.
  void open(std::string_view tag, Attributes attributes = {});
  /// Closes the innermost open tag.
  void close();
  /// A tag that has no content, such as img.
  void single(std::string_view tag, Attributes attributes);
  void text(std::string_view text);
  /// One element with text in it.
  void element(std::string_view tag, Attributes attributes, std::string_view text);
  /// Markup that is known to be well-formed, such as a style sheet.
  void raw(std::string_view markup) { out_ += markup; }

  /// The document. Throws where tags are still open.
  [[nodiscard]] std::string take();

 private:
  void start(std::string_view tag, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace zf
