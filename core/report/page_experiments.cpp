#include <fmt/format.h>

#include "core/report/captions.h"
#include "core/report/page_parts.h"

namespace zf::parts {

namespace {

struct Words {
  std::string anchor;
  std::string title;
  std::string facts;
  std::string paper;
  std::string meaning;
  std::string alt;
};

void write_experiment(Html& html, const Words& words, const Png& picture) {
  html.open("section", {{"class", "layer"}, {"id", words.anchor}});
  html.open("header");
  html.element("h3", {}, words.title);
  html.element("p", {}, words.facts);
  html.element("p", {{"class", "paper"}}, words.paper);
  html.close();
  html.element("p", {{"class", "meaning"}}, words.meaning);
  html.open("figure", {{"class", "sheet"}});
  html.single("img", {{"src", png_uri(picture.bytes)},
                      {"width", fmt::format("{}", picture.width)},
                      {"height", fmt::format("{}", picture.height)},
                      {"alt", words.alt}});
  html.close();
  html.close();
}

}  // namespace

void write_experiments(Html& html, const Story& story, const Artwork& artwork, int id) {
  if (!artwork.occlusion.bytes.empty()) {
    const OcclusionMaps& maps = story.occlusion.maps;
    write_experiment(html,
                     {fmt::format("occlusion-{}", id), "Where it looks",
                      fmt::format("Occlusion · {} places of a {} × {} pixel square", maps.activation.size(), maps.size, maps.size),
                      "Paper: Section 4.2, Fig. 7",
                      "A square in the mean colour slides over the photo. Where covering a part takes probability away, the prediction "
                      "rests on that part; where the strongest map of the last convolution falls silent, that is what it looks for.",
                      "Activation, probability and most probable class for every place of the square"},
                     artwork.occlusion);
  }
  if (!artwork.ablation.bytes.empty()) {
    write_experiment(
        html,
        {fmt::format("ablation-{}", id), "What it needs", fmt::format("Ablation · {} maps, each muted alone", story.ablation.drops.size()),
         "Paper: Section 5.1 removes layers and trains again",
         fmt::format("Setting one map to zero and running the rest of the network shows what that map is worth to the class {} "
                     "on this photo. Most maps are worth little alone; a drop below zero means that the class gains.",
                     readable(story.ablation.label)),
         "How much probability each muted map takes away"},
        artwork.ablation);
  }
}

}  // namespace zf::parts
