#include "core/report/atlas_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/io/atomic_file.h"
#include "core/io/jpeg.h"
#include "core/report/atlas_figure.h"
#include "core/report/captions.h"
#include "core/report/page_frame.h"

namespace zf {

namespace {

constexpr Colour kSitePlate{20, 20, 24};  // the page's --plate

constexpr std::string_view kAtlasStyle = R"(
.cards.maps { grid-template-columns: repeat(auto-fill, minmax(min(380px, 100%), 1fr)); margin-top: 24px; }
.cards.maps.narrow { grid-template-columns: repeat(auto-fill, minmax(min(220px, 100%), 1fr)); }
.cards.maps li { scroll-margin-top: 16px; padding: 10px; border-radius: 14px; }
.cards.maps li:target { outline: 3px solid var(--accent); }
.cards.maps img { display: block; width: 100%; height: auto; border-radius: 10px; background: var(--plate); }
.cards.maps .quiet { opacity: 0.5; }
.cards.maps details { margin-top: 8px; }
.cards.maps .numbers th, .cards.maps .numbers td { padding: 3px 14px 3px 0; font-size: 13px; }
.cards.maps .numbers td:last-child { max-width: 170px; overflow: hidden; text-overflow: ellipsis; }
)";

std::string explain_atlas(const Atlas& atlas) {
  const std::string_view patches = atlas.info().patches ? " Right: the parts of the photos that they come from." : "";
  const std::string_view left = atlas.info().patches ? "Left: p" : "P";
  return fmt::format(
      "{}rojections of the {} strongest activations of a map, one a photo, best first, each on a scale of its own; "
      "grey where nothing arrives.{}",
      left, atlas.info().top, patches);
}

float strongest(const Atlas& atlas, const std::string& layer, int map) {
  const auto items = atlas.items(layer, map);
  return items.empty() ? 0.0F : items.front().value;
}

Size sheet_size(const Atlas& atlas, int side) {
  constexpr int kGap = 2;
  constexpr int kBetween = 8;
  int columns = 1;
  while (columns * columns < atlas.info().top) ++columns;
  const int rows = (atlas.info().top + columns - 1) / columns;
  const int width = columns * (side + kGap) - kGap;
  return {rows * (side + kGap) - kGap, atlas.info().patches ? 2 * width + kBetween : width};
}

int sheet_side(const Atlas& atlas, const std::string& layer) {
  constexpr int kLeast = 48;
  constexpr int kMost = 112;
  return std::clamp(atlas.layer(layer).field.h, kLeast, kMost);
}

void write_numbers(Html& html, const Atlas& atlas, const std::string& layer, int map) {
  html.open("details");
  html.element("summary", {}, "Numbers");
  html.open("div", {{"class", "table"}});
  html.open("table", {{"class", "numbers"}});
  html.open("thead");
  html.open("tr");
  for (const char* name : {"#", "activation", "row", "column", "photo"}) html.element("th", {}, name);
  html.close();
  html.close();
  html.open("tbody");
  int rank = 1;
  for (const AtlasItem& item : atlas.items(layer, map)) {
    const std::string& photo = atlas.image_name(item.image);
    html.open("tr");
    html.element("td", {}, fmt::format("{}", rank++));
    html.element("td", {}, fmt::format("{:.4g}", item.value));
    html.element("td", {}, fmt::format("{}", item.y));
    html.element("td", {}, fmt::format("{}", item.x));
    html.element("td", {{"title", photo}}, photo.empty() ? fmt::format("no. {}", item.image) : photo);
    html.close();
  }
  for (int i = 0; i < 4; ++i) html.close();
}

void write_picture(Html& html, const Atlas& atlas, const std::string& layer, int map) {
  const Size size = sheet_size(atlas, sheet_side(atlas, layer));
  html.single("img", {{"src", atlas_sheet_name(atlas, layer, map)},
                      {"width", fmt::format("{}", size.w)},
                      {"height", fmt::format("{}", size.h)},
                      {"loading", "lazy"},
                      {"alt", fmt::format("{} map {}: what it answers to most", layer, map)}});
}

void write_label(Html& html, const Atlas& atlas, const std::string& layer, int map) {
  const float value = strongest(atlas, layer, map);
  html.open("div", {{"class", "label"}});
  html.element("b", {}, fmt::format("map {}", map));
  html.element("span", {}, value == 0.0F ? "never active" : short_number(value));
  html.close();
}

std::string_view cards_class(const Atlas& atlas) { return atlas.info().patches ? "cards maps" : "cards maps narrow"; }

void write_strip(Html& html, const Atlas& atlas) {
  const Network& network = atlas.info().network;
  const std::vector<Shape> shapes = output_shapes(network);
  int largest = 1;
  for (const Shape& shape : shapes) largest = std::max({largest, shape.h, shape.w});
  html.open("ol", {{"class", "strip"}});
  for (const std::string& name : view_names(network)) {
    const Shape& shape = shapes[static_cast<std::size_t>(find_layer(network, name))];
    const auto& mined = atlas.layers();
    const bool has_page = std::any_of(mined.begin(), mined.end(), [&](const AtlasLayer& layer) { return layer.name == name; });
    html.open("li", {{"class", has_page ? "weights" : "fixed"}});
    if (has_page) {
      html.open("a", {{"href", atlas_page_name(atlas, name)}});
    } else {
      html.open("a");
    }
    html.open("span", {{"class", "shape"}, {"aria-hidden", "true"}});
    html.element("span", {{"style", parts::box_style(shape, largest)}}, "");
    html.close();
    html.element("b", {}, name);
    html.element("small", {}, parts::strip_size(shape));
    html.close();
    html.close();
  }
  html.close();
}

void write_layer_preview(Html& html, const Atlas& atlas, const AtlasLayer& layer) {
  constexpr int kShown = 6;
  const std::string page = atlas_page_name(atlas, layer.name);
  int quiet = 0;
  for (int map = 0; map < layer.maps; ++map) quiet += strongest(atlas, layer.name, map) == 0.0F ? 1 : 0;
  html.open("section", {{"class", "layer"}});
  html.open("header");
  html.open("h3");
  html.element("a", {{"href", page}}, layer.name);
  html.close();
  html.element(
      "p", {},
      fmt::format("{} maps, {} of them never active. A unit sees {} × {} pixels.", layer.maps, quiet, layer.field.h, layer.field.w));
  html.close();
  html.open("ol", {{"class", cards_class(atlas)}});
  for (const int map : strongest_atlas_maps(atlas, layer.name, kShown)) {
    html.open("li");
    html.open("a", {{"href", fmt::format("{}#map-{}", page, map)}});
    write_picture(html, atlas, layer.name, map);
    html.close();
    write_label(html, atlas, layer.name, map);
    html.close();
  }
  html.close();
  html.close();
}

void write_footer(Html& html) {
  parts::write_footer(
      html, {"After M. D. Zeiler and R. Fergus, Visualizing and Understanding Convolutional Networks (2013), arXiv 1311.2901, Fig. 2. "
             "Made with ZFScope."});
}

void write_way(Html& html, const Atlas& atlas, const std::string& layer) {
  html.open("nav", {{"class", "way"}, {"aria-label", "Layers"}});
  html.element("a", {{"href", "index.html"}}, "All layers");
  for (const AtlasLayer& other : atlas.layers()) {
    if (other.name == layer) {
      html.element("span", {{"class", "soft"}}, other.name);
    } else {
      html.element("a", {{"href", atlas_page_name(atlas, other.name)}}, other.name);
    }
  }
  html.close();
}

}  // namespace

std::string atlas_folder_name(const Atlas& atlas, const std::string& layer) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!layer.empty() && layer != "index" && std::all_of(layer.begin(), layer.end(), is_plain)) return layer;
  return fmt::format("layer-{}", &atlas.layer(layer) - atlas.layers().data());
}

std::string atlas_page_name(const Atlas& atlas, const std::string& layer) { return atlas_folder_name(atlas, layer) + ".html"; }

std::string atlas_sheet_name(const Atlas& atlas, const std::string& layer, int map) {
  return fmt::format("{}/{}.jpg", atlas_folder_name(atlas, layer), map);
}

std::vector<std::byte> atlas_sheet(Atlas& atlas, const ImageDecoder& decoder, const std::string& layer, int map) {
  constexpr int kQuality = 91;  // the least that keeps colours at full resolution
  Picture sheet = draw_atlas_map(atlas, decoder, layer, map, sheet_side(atlas, layer), kSitePlate);
  return encode_jpeg({sheet.width, sheet.height, std::move(sheet.rgb)}, kQuality);
}

std::string atlas_index_html(const Atlas& atlas) {
  const AtlasInfo& info = atlas.info();
  Html html;
  parts::write_head(html, fmt::format("Atlas of {} · ZFScope", info.network.name), kAtlasStyle);
  html.open("body");
  html.open("header", {{"class", "masthead"}});
  parts::write_brand(html);
  html.element("h1", {}, fmt::format("Atlas of {}", info.network.name));
  html.element(
      "p", {{"class", "lead"}},
      fmt::format("What every map of every convolution answers to most, out of {} photos, and what its activations look like in pixels.",
                  info.images));
  html.open("dl", {{"class", "facts"}});
  parts::write_fact(html, "Photos", fmt::format("{}", info.images));
  parts::write_fact(html, "Activations a map", fmt::format("{}", info.top));
  parts::write_fact(html, "Projected by", info.rule);
  parts::write_fact(html, "Fingerprint of the model", info.fingerprint);
  html.close();
  html.close();
  html.open("main");
  html.open("section", {{"class", "part"}});
  html.element("h3", {}, "The network");
  html.element("p", {{"class", "soft"}},
               "From the photo (left) to the classes (right). The taller a box, the larger its maps; the wider, the more of them. Coloured "
               "layers have a page.");
  write_strip(html, atlas);
  html.element("p", {{"class", "soft"}}, explain_atlas(atlas));
  html.close();
  for (const AtlasLayer& layer : atlas.layers()) write_layer_preview(html, atlas, layer);
  html.close();
  write_footer(html);
  html.close();
  html.close();
  return html.take();
}

std::string atlas_layer_html(const Atlas& atlas, const std::string& layer) {
  const AtlasLayer& found = atlas.layer(layer);
  Html html;
  parts::write_head(html, fmt::format("{} · atlas of {} · ZFScope", layer, atlas.info().network.name), kAtlasStyle);
  html.open("body");
  html.open("header", {{"class", "masthead"}});
  parts::write_brand(html);
  html.element("p", {{"class", "kicker"}}, fmt::format("Atlas of {}", atlas.info().network.name));
  html.element("h1", {}, layer);
  html.element("p", {{"class", "lead"}},
               fmt::format("{} maps; a unit sees {} × {} pixels. {}", found.maps, found.field.h, found.field.w, explain_atlas(atlas)));
  write_way(html, atlas, layer);
  html.close();
  html.open("main");
  html.open("ol", {{"class", cards_class(atlas)}});
  for (int map = 0; map < found.maps; ++map) {
    html.open("li", {{"id", fmt::format("map-{}", map)}});
    write_picture(html, atlas, layer, map);
    write_label(html, atlas, layer, map);
    if (strongest(atlas, layer, map) != 0.0F) write_numbers(html, atlas, layer, map);
    html.close();
  }
  html.close();
  html.close();
  write_footer(html);
  html.close();
  html.close();
  return html.take();
}

void write_atlas_site(Atlas& atlas, const ImageDecoder& decoder, const std::filesystem::path& folder,
                      const std::function<void(double, const std::string&)>& progress) {
  make_folder(folder);
  double done = 0;
  for (const AtlasLayer& layer : atlas.layers()) {
    make_folder(folder / atlas_folder_name(atlas, layer.name));
    for (int map = 0; map < layer.maps; ++map) {
      write_file(folder / atlas_sheet_name(atlas, layer.name, map), atlas_sheet(atlas, decoder, layer.name, map));
      progress((done + static_cast<double>(map) / layer.maps) / static_cast<double>(atlas.layers().size()), layer.name);
    }
    write_file(folder / atlas_page_name(atlas, layer.name), atlas_layer_html(atlas, layer.name));
    ++done;
  }
  write_file(folder / "index.html", atlas_index_html(atlas));
  progress(1, {});
}

}  // namespace zf
