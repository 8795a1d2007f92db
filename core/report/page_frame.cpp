#include "core/report/page_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/report/style.h"

namespace zf::parts {

namespace {

/// A lens over a grid of maps.
constexpr std::string_view kMark =
    R"(<svg viewBox="0 0 28 28" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round">)"
    R"(<circle cx="12" cy="12" r="9"/><path d="M19 19l6.5 6.5"/><path stroke-width="1.6" d="M8 9.5h8M8 14.5h8M9.5 8v8M14.5 8v8"/></svg>)";

}  // namespace

void write_head(Html& html, const std::string& title, std::string_view more_style) {
  html.raw("<!DOCTYPE html>\n");
  html.open("html", {{"lang", "en"}});
  html.open("head");
  html.single("meta", {{"charset", "utf-8"}});
  html.single("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.single("meta", {{"name", "generator"}, {"content", "ZFScope"}});
  html.element("title", {}, title);
  html.open("style");
  html.raw(page_style());
  html.raw(more_style);
  html.close();
  html.close();
}

void write_brand(Html& html) {
  html.open("div", {{"class", "brand"}});
  html.raw(kMark);
  html.element("span", {}, "ZFScope");
  html.close();
}

std::string box_style(const Shape& shape, int largest_side) {
  constexpr double kSide = 78;
  const double height = std::max(4.0, kSide * std::sqrt(static_cast<double>(std::max(shape.h, shape.w)) / largest_side));
  const double width = 6 + 3.2 * std::log2(static_cast<double>(shape.c));
  return fmt::format("width:{:.0f}px;height:{:.0f}px", width, height);
}

std::string strip_size(const Shape& shape) {
  return shape.plane() == 1 ? fmt::format("{}", shape.c) : fmt::format("{}\u00A0×\u00A0{}²", shape.c, shape.h);
}

void write_fact(Html& html, std::string_view name, std::string_view value) {
  html.open("div");
  html.element("dt", {}, name);
  html.element("dd", {}, value);
  html.close();
}

void write_footer(Html& html, std::initializer_list<std::string_view> paragraphs) {
  html.open("footer");
  html.open("div");
  for (const std::string_view paragraph : paragraphs) html.element("p", {}, paragraph);
  html.close();
  html.close();
}

}  // namespace zf::parts
