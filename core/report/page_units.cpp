#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/report/captions.h"
#include "core/report/page_parts.h"

namespace zf::parts {

namespace {

constexpr int kSmoothFrom = 24;  // lower pictures are shown with hard pixels

constexpr int kRadius = 7;  // of the numbers on the photo, in its pixels

struct Dot {
  int x = 0;
  int y = 0;
};

/// Where a box's number may stand, the best first: on its corners, or beside them where the box is small, then along its sides.
std::vector<Dot> candidates(const PixelRect& box) {
  const int reach = std::min(box.h, box.w) < 3 * kRadius ? -kRadius : kRadius;
  const int left = box.x + reach;
  const int right = box.x + box.w - reach;
  const int top = box.y + reach;
  const int bottom = box.y + box.h - reach;
  std::vector<Dot> dots = {{left, top}, {right, top}, {left, bottom}, {right, bottom}};
  for (int step = 2 * kRadius; step < std::max(box.w, box.h); step += kRadius) {
    dots.insert(dots.end(), {{left + step, top}, {left, top + step}, {right, top + step}, {left + step, bottom}});
  }
  return dots;
}

/// Places for the boxes' numbers that do not meet, as far as there is room.
std::vector<Dot> place_dots(const LayerStory& layer, Size photo) {
  std::vector<Dot> placed;
  for (const UnitStory& unit : layer.units) {
    std::vector<Dot> dots = candidates(clip(unit.field, photo));
    for (Dot& dot : dots)
      dot = {std::clamp(dot.x, kRadius, std::max(photo.w - kRadius, kRadius)),
             std::clamp(dot.y, kRadius, std::max(photo.h - kRadius, kRadius))};
    const auto is_free = [&](const Dot& dot) {
      return std::none_of(placed.begin(), placed.end(), [&](const Dot& other) {
        return std::abs(other.x - dot.x) < 2 * kRadius && std::abs(other.y - dot.y) < 2 * kRadius;
      });
    };
    const auto found = std::find_if(dots.begin(), dots.end(), is_free);
    placed.push_back(found == dots.end() ? dots.front() : *found);
  }
  return placed;
}

void write_where(Html& html, const Story& story, const LayerStory& layer, int id) {
  const Size photo{story.view.height, story.view.width};
  const std::string width = fmt::format("{}", photo.w);
  const std::string height = fmt::format("{}", photo.h);
  html.open("figure", {{"class", "where"}});
  html.open("svg", {{"viewBox", fmt::format("0 0 {} {}", width, height)},
                    {"role", "img"},
                    {"aria-label", fmt::format("Where on the photo the {} units look", layer.units.size())}});
  html.element("use", {{"href", '#' + photo_id(id)}}, "");
  html.element("rect", {{"class", "veil"}, {"width", width}, {"height", height}}, "");
  const std::vector<Dot> dots = place_dots(layer, photo);
  for (const UnitStory& unit : layer.units) {
    const PixelRect box = clip(unit.field, photo);
    html.element("rect",
                 {{"x", fmt::format("{}", box.x)},
                  {"y", fmt::format("{}", box.y)},
                  {"width", fmt::format("{}", box.w)},
                  {"height", fmt::format("{}", box.h)}},
                 "");
  }
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const std::string x = fmt::format("{}", dots[i].x);
    const std::string y = fmt::format("{}", dots[i].y);
    html.element("circle", {{"cx", x}, {"cy", y}, {"r", "6.5"}}, "");
    html.element("text", {{"x", x}, {"y", y}}, fmt::format("{}", i + 1));
  }
  html.close();
  html.element("figcaption", {},
               fmt::format("Where they look: each box is one unit's receptive field, {}\u00A0×\u00A0{} pixels.",
                           layer.units.front().field.h, layer.units.front().field.w));
  html.close();
}

void write_picture(Html& html, const Png& png, std::string_view alt) {
  html.single("img", {{"class", png.height < kSmoothFrom ? "crisp" : "smooth"},
                      {"src", png_uri(png.bytes)},
                      {"width", fmt::format("{}", png.width)},
                      {"height", fmt::format("{}", png.height)},
                      {"alt", alt}});
}

void write_card(Html& html, const LayerStory& layer, const UnitStory& unit, const UnitArt& art, std::size_t number) {
  html.open("li");
  html.open("div", {{"class", "pair"}});
  write_picture(html, art.projection, fmt::format("Projection of map {} of {}", unit.seed.map, layer.name));
  write_picture(html, art.patch, fmt::format("The part of the photo that map {} of {} looks at", unit.seed.map, layer.name));
  html.close();
  html.open("div", {{"class", "label"}});
  html.element("span", {{"class", "badge"}}, fmt::format("{}", number));
  html.element("b", {}, fmt::format("map {}", unit.seed.map));
  html.element("span", {}, short_number(unit.seed.value));
  html.close();
  html.element("div", {{"class", "place"}}, fmt::format("at row {}, column {}", unit.seed.y, unit.seed.x));
  html.close();
}

void write_numbers(Html& html, const LayerStory& layer, Size photo) {
  html.open("details");
  html.element("summary", {}, "The numbers");
  html.open("div", {{"class", "table"}});
  html.open("table", {{"class", "numbers"}});
  html.open("thead");
  html.open("tr");
  for (const std::string_view name : {"#", "map", "row", "column", "activation", "photo x", "photo y", "width", "height"}) {
    html.element("th", {{"scope", "col"}}, name);
  }
  html.close();
  html.close();
  html.open("tbody");
  for (std::size_t i = 0; i < layer.units.size(); ++i) {
    const Seed& seed = layer.units[i].seed;
    const PixelRect box = clip(layer.units[i].field, photo);
    html.open("tr");
    for (const int value : {static_cast<int>(i) + 1, seed.map, seed.y, seed.x}) html.element("td", {}, fmt::format("{}", value));
    html.element("td", {}, fmt::format("{:.4g}", seed.value));
    for (const int value : {box.x, box.y, box.w, box.h}) html.element("td", {}, fmt::format("{}", value));
    html.close();
  }
  html.close();
  html.close();
  html.close();
  html.close();
}

}  // namespace

void write_units(Html& html, const Story& story, const LayerStory& layer, const LayerArt& art, int id) {
  html.open("section", {{"class", "seen"}});
  html.element("h4", {}, fmt::format("What the strongest {} units of {} see", layer.units.size(), layer.name));
  html.element("p", {{"class", "soft"}},
               fmt::format("Left: {}; grey where nothing arrives. Right: the same part of the photo. The number on the right is the "
                           "activation.",
                           explain(story.rule)));
  html.open("div", {{"class", "units"}});
  write_where(html, story, layer, id);
  html.open("ol", {{"class", "cards"}});
  for (std::size_t i = 0; i < layer.units.size(); ++i) write_card(html, layer, layer.units[i], art.units.at(i), i + 1);
  html.close();
  html.close();
  write_numbers(html, layer, {story.view.height, story.view.width});
  html.close();
}

}  // namespace zf::parts
