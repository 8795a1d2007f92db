#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/report/html.h"
#include "core/tensor/shape.h"

/// What all pages share.
namespace zf::parts {

/// From the doctype to the open html tag's head, with the style sheet and `more_style` behind it. Leaves html open.
void write_head(Html& html, const std::string& title, std::string_view more_style = {});

/// The program's mark and name.
void write_brand(Html& html);

/// A layer's box in a strip of layers: height by the map's side, width by the number of maps, in CSS pixels.
[[nodiscard]] std::string box_style(const Shape& shape, int largest_side);
/// "48 × 110²", or "1024" of maps of one place.
[[nodiscard]] std::string strip_size(const Shape& shape);

/// The page's last words, a paragraph each.
void write_footer(Html& html, std::initializer_list<std::string_view> paragraphs);

/// A name above a value, within a list of class "facts".
void write_fact(Html& html, std::string_view name, std::string_view value);

}  // namespace zf::parts
