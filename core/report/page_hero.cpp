#include <fmt/format.h>

#include <algorithm>

#include "core/report/captions.h"
#include "core/report/page_frame.h"
#include "core/report/page_parts.h"

namespace zf::parts {

namespace {

void write_photo(Html& html, const Story& story, const Png& photo, int id) {
  const std::string width = fmt::format("{}", photo.width);
  const std::string height = fmt::format("{}", photo.height);
  html.open("figure");
  html.open("svg", {{"class", "photo"},
                    {"viewBox", fmt::format("0 0 {} {}", width, height)},
                    {"role", "img"},
                    {"aria-label", fmt::format("The photo {} as the network sees it", story.image)}});
  html.element("image", {{"id", photo_id(id)}, {"width", width}, {"height", height}, {"href", png_uri(photo.bytes)}}, "");
  html.close();
  html.element("figcaption", {},
               fmt::format("What the network sees: {}\u00A0×\u00A0{} pixels from the middle of the photo.", width, height));
  html.close();
}

void write_classes(Html& html, const Story& story) {
  const bool unknown = is_unknown(story.knowledge);
  html.element("h3", {}, unknown ? "What it does not know" : "What it recognises");
  if (unknown) html.element("p", {{"class", "unknown"}}, unknown_words(story.class_count) + " The nearest, greyed:");
  html.open("table", {{"class", unknown ? "top nearest" : "top"}});
  html.open("tbody");
  for (const ClassStory& score : story.classes) {
    html.open("tr");
    html.element("th", {{"scope", "row"}}, readable(score.name));
    html.open("td");
    html.open("div", {{"class", "bar"}});
    html.element("span", {{"style", fmt::format("width:{:.2f}%", 100 * score.p)}}, "");
    html.close();
    html.close();
    html.element("td", {{"class", "number"}}, fmt::format("{:.1f} %", 100 * score.p));
    html.close();
  }
  html.close();
  html.close();
  std::string words = fmt::format("The {} most probable classes, by softmax.", story.classes.size());
  if (story.knowledge) {
    words += fmt::format(" Its scores' energy is {:.1f}; photos that it knows have {:.1f} or more.", story.knowledge->score,
                         story.knowledge->threshold);
  }
  html.element("p", {{"class", "soft small"}}, words);
}

void write_facts(Html& html, const Story& story) {
  const auto weighted =
      std::count_if(story.layers.begin(), story.layers.end(), [](const LayerStory& l) { return has_weights(l.source.op); });
  html.open("dl", {{"class", "facts"}});
  write_fact(html, "Model", story.model);
  write_fact(html, "Layers", fmt::format("{}, {} with weights", story.layers.size(), weighted));
  write_fact(html, "Computed by", story.backend);
  if (story.seconds > 0) write_fact(html, "Time", fmt::format("{:.0f} ms", 1000 * story.seconds));
  html.close();
}

}  // namespace

std::string photo_id(int id) { return fmt::format("photo-{}", id); }

std::string layer_id(int id, const LayerStory& layer) { return fmt::format("image-{}-layer-{}", id, layer.layer); }

void write_hero(Html& html, const Story& story, const Artwork& artwork, int id) {
  html.element("h2", {}, story.image);
  html.open("div", {{"class", "hero"}});
  write_photo(html, story, artwork.photo, id);
  html.open("div");
  write_classes(html, story);
  write_facts(html, story);
  html.close();
  html.close();
}

void write_strip(Html& html, const Story& story, int id) {
  int largest = 1;
  for (const LayerStory& layer : story.layers) largest = std::max({largest, layer.maps.shape().h, layer.maps.shape().w});
  html.open("section", {{"class", "part"}});
  html.element("h3", {}, "The network");
  html.element("p", {{"class", "soft"}},
               "From the photo (left) to the classes (right). The taller a box, the larger its maps; the wider, the more of them. Coloured "
               "layers have learned weights.");
  html.open("ol", {{"class", "strip"}});
  for (const LayerStory& layer : story.layers) {
    const Shape& shape = layer.maps.shape();
    html.open("li", {{"class", has_weights(layer.source.op) ? "weights" : "fixed"}});
    html.open("a", {{"href", '#' + layer_id(id, layer)}});
    html.open("span", {{"class", "shape"}, {"aria-hidden", "true"}});
    html.element("span", {{"style", box_style(shape, largest)}}, "");
    html.close();
    html.element("b", {}, layer.name);
    html.element("small", {}, strip_size(shape));
    html.close();
    html.close();
  }
  html.close();
  html.close();
}

}  // namespace zf::parts
