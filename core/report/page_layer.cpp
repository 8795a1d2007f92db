#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/report/captions.h"
#include "core/report/page_parts.h"

namespace zf::parts {

namespace {

std::string gradient(const std::vector<Colour>& colours) {
  std::string stops;
  for (const Colour& c : colours) stops += fmt::format(",#{:02x}{:02x}{:02x}", c.r, c.g, c.b);
  return "background:linear-gradient(to right" + stops + ")";
}

void write_grid(Html& html, const LayerStory& layer, const GridArt& grid) {
  const Shape& shape = layer.maps.shape();
  const bool maps = shape.plane() > 1;
  html.open("figure", {{"class", "plate"}});
  html.single("img",
              {{"src", png_uri(grid.png.bytes)},
               {"width", fmt::format("{}", grid.png.width)},
               {"height", fmt::format("{}", grid.png.height)},
               {"alt", fmt::format("{}: {}, from {} to {}", layer.name, size_of(shape), short_number(grid.low), short_number(grid.high))}});
  html.open("figcaption");
  html.element("span", {},
               fmt::format("All {} {}, {} a row, numbered from 0 in reading order{}", shape.c, maps ? "maps" : "units", grid.columns,
                           layer.units.empty() ? "" : "; framed are those projected below"));
  html.open("span", {{"class", "scale"}});
  html.element("span", {}, short_number(grid.low));
  html.element("i", {{"style", gradient(grid.colours)}}, "");
  html.element("span", {}, fmt::format("{}{}", short_number(grid.high), grid.clipped ? " and more" : ""));
  html.close();
  html.close();
  html.close();
}

}  // namespace

void write_layer(Html& html, const Story& story, const LayerStory& layer, const LayerArt& art, int id) {
  const std::string recipe = recipe_of(layer);
  const std::string place = place_in_paper(layer);
  html.open("section", {{"class", "layer"}, {"id", layer_id(id, layer)}});
  html.open("header");
  html.element("h3", {}, layer.name);
  html.element("p", {},
               fmt::format("{} · {}{}{}", kind_of(layer.source), size_of(layer.maps.shape()), recipe.empty() ? "" : " · ", recipe));
  if (!place.empty()) html.element("p", {{"class", "paper"}}, "Paper: " + place);
  html.close();
  html.element("p", {{"class", "meaning"}}, meaning_of(layer));
  write_grid(html, layer, art.grid);
  if (!layer.units.empty()) write_units(html, story, layer, art, id);
  html.close();
}

}  // namespace zf::parts
