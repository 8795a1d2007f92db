#include "core/report/page.h"

#include <fmt/format.h>

#include "core/report/captions.h"
#include "core/report/html.h"
#include "core/report/page_frame.h"
#include "core/report/page_parts.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

void write_guide(Html& html) {
  const auto entry = [&](std::string_view term, std::string_view text) {
    html.open("div");
    html.element("dt", {}, term);
    html.element("dd", {}, text);
    html.close();
  };
  html.open("dl", {{"class", "guide"}});
  entry("Feature maps", "Every layer turns the maps below into new ones. A bright spot means: here I found what I look for.");
  entry("Projections",
        "One activation carried back through the network to pixels. It shows which part of the photo, and which of its "
        "patterns, made the unit answer.");
  entry("What they are not",
        "A projection is a reconstruction of what excites the unit in this photo. It is no sample from the network "
        "and no proof of why a class was chosen.");
  html.close();
}

}  // namespace

void Page::add(const Story& story, const Artwork& artwork) {
  const int id = static_cast<int>(entries_.size()) + 1;
  Html html;
  html.open("article", {{"id", fmt::format("image-{}", id)}});
  if (index_.empty()) html.element("p", {{"class", "kicker"}}, fmt::format("Photo {}", id));
  parts::write_hero(html, story, artwork, id);
  parts::write_strip(html, story, id);
  for (std::size_t i = 0; i < story.layers.size(); ++i) parts::write_layer(html, story, story.layers[i], artwork.layers.at(i), id);
  parts::write_experiments(html, story, artwork, id);
  html.close();
  const ClassStory best = story.classes.empty() ? ClassStory{} : story.classes.front();
  entries_.push_back(
      {story.image,
       story.model,
       is_unknown(story.knowledge) ? "Nothing that it knows" : fmt::format("{}, {:.1f} %", readable(best.name), 100 * best.p),
       {story.view.height, story.view.width},
       html.take()});
}

std::string Page::html() const {
  if (entries_.empty()) fail("[page] expected at least one story, found none");
  const Entry& first = entries_.front();
  Html html;
  parts::write_head(html,
                    entries_.size() == 1 ? fmt::format("{} · ZFScope", first.image) : fmt::format("{} photos · ZFScope", entries_.size()));
  html.open("body");
  write_masthead(html);
  html.open("main");
  for (const Entry& entry : entries_) html.raw(entry.section);
  html.close();
  parts::write_footer(
      html, {"After M. D. Zeiler and R. Fergus, Visualizing and Understanding Convolutional Networks (2013), arXiv 1311.2901. "
             "Figures and sections named here are that paper's.",
             fmt::format("Made with ZFScope. The folder {} this page holds every picture as PNG and the numbers as JSON and NumPy "
                         "arrays.",
                         index_.empty() ? "beside" : "of")});
  html.close();
  html.close();
  return html.take();
}

void Page::write_masthead(Html& html) const {
  html.open("header", {{"class", "masthead"}});
  parts::write_brand(html);
  html.element("h1", {}, "What the network sees");
  html.element(
      "p", {{"class", "lead"}},
      fmt::format("{} way through the convolutional network {}, layer by layer: what every layer computes, and what its strongest "
                  "units respond to.",
                  entries_.size() == 1 ? "One photo on its" : fmt::format("{} photos on their", entries_.size()), entries_.front().model));
  if (!index_.empty()) {
    html.open("nav", {{"class", "way"}});
    html.element("a", {{"href", index_}}, "All photos");
    html.close();
  }
  write_guide(html);
  if (entries_.size() > 1) write_index(html);
  html.close();
}

void Page::write_index(Html& html) const {
  html.open("nav", {{"aria-label", "Photos"}});
  html.open("ol", {{"class", "index"}});
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const int id = static_cast<int>(i) + 1;
    html.open("li");
    html.open("a", {{"href", fmt::format("#image-{}", id)}});
    html.open("svg", {{"viewBox", fmt::format("0 0 {} {}", entry.size.w, entry.size.h)}, {"aria-hidden", "true"}});
    html.element("use", {{"href", '#' + parts::photo_id(id)}}, "");
    html.close();
    html.open("span");
    html.element("strong", {}, entry.image);
    html.element("span", {{"class", "soft small"}}, entry.best);
    html.close();
    html.close();
    html.close();
  }
  html.close();
  html.close();
}

}  // namespace zf
