#include "core/report/photo_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/io/resample.h"
#include "core/report/captions.h"
#include "core/report/html.h"
#include "core/report/page_frame.h"
#include "core/report/story_json.h"

namespace zf {

namespace {

constexpr std::string_view kIndexStyle = R"(
.search { display: flex; flex-wrap: wrap; gap: 16px 24px; margin-top: 36px; }
.search label { display: grid; gap: 4px; font-size: 14px; color: var(--soft); flex: 1 1 220px; max-width: 420px; }
.search input, .search select { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
  padding: 9px 12px; width: 100%; }
.search input:focus-visible, .search select:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.count { margin-top: 24px; }
.photos { list-style: none; margin: 16px 0 0; padding: 0; display: grid; gap: 28px 18px;
  grid-template-columns: repeat(auto-fill, minmax(min(180px, 100%), 1fr)); }
.photos a { display: block; color: inherit; text-decoration: none; }
.photos img { display: block; width: 100%; height: auto; aspect-ratio: 1; border-radius: 12px; background: var(--plate); }
.photos a:hover img { outline: 2px solid var(--accent); outline-offset: 2px; }
.photos .label { display: flex; align-items: baseline; gap: 8px; margin-top: 8px; font-size: 15px; line-height: 1.3; }
.photos .label b { font-weight: 650; overflow-wrap: anywhere; }
.photos .label span { margin-left: auto; white-space: nowrap; }
.photos .name { color: var(--soft); font-size: 13px; line-height: 1.35; overflow-wrap: anywhere; }
.pages { display: flex; flex-wrap: wrap; align-items: baseline; gap: 8px 24px; margin-top: 40px; }
.pages[hidden] { display: none; }
)";

void write_search(Html& html) {
  html.open("form", {{"class", "search"}, {"id", "search"}, {"role", "search"}});
  html.open("label");
  html.text("Name or class");
  html.single("input", {{"type", "search"}, {"id", "words"}, {"autocomplete", "off"}, {"spellcheck", "false"}});
  html.close();
  html.open("label");
  html.text("Most probable class");
  html.element("select", {{"id", "class"}}, "");
  html.close();
  html.close();
}

void write_list(Html& html) {
  html.element("p", {{"class", "count soft"}, {"id", "count"}, {"aria-live", "polite"}}, "");
  html.element("noscript", {},
               "This list needs JavaScript. Every photo has its page without it: photos/NAME/index.html in the folder of this file.");
  html.element("ol", {{"class", "photos"}, {"id", "photos"}}, "");
  html.element("nav", {{"class", "pages"}, {"id", "pages"}, {"aria-label", "Pages of the list"}}, "");
}

}  // namespace

std::string photo_folder(const std::string& name) { return "photos/" + name; }

std::string photo_index_link(const std::string& name) {
  std::string link = "../../";
  for (const char c : name) {
    if (c == '/') link += "../";
  }
  return link + "index.html";
}

std::string shown_name(const std::string& name) { return nlohmann::json::parse(to_text(name)).get<std::string>(); }

std::string photo_index_html(const PhotoIndex& index) {
  Html html;
  parts::write_head(html, fmt::format("{} photos · ZFScope", index.photos.size()), kIndexStyle);
  html.open("body");
  html.open("header", {{"class", "masthead"}});
  parts::write_brand(html);
  html.element("h1", {}, "What the network sees");
  html.element("p", {{"class", "lead"}},
               fmt::format("Photos on their way through the convolutional network {}: each has a page that tells, layer by layer, what its "
                           "strongest units respond to.",
                           index.model));
  html.open("dl", {{"class", "facts"}});
  parts::write_fact(html, "Photos", fmt::format("{}", index.photos.size()));
  if (index.missing > 0) parts::write_fact(html, "Without a page", fmt::format("{}", index.missing));
  parts::write_fact(html, "Model", index.model);
  html.close();
  html.close();
  html.open("main");
  write_search(html);
  write_list(html);
  html.close();
  parts::write_footer(html,
                      {"After M. D. Zeiler and R. Fergus, Visualizing and Understanding Convolutional Networks (2013), arXiv 1311.2901.",
                       "Made with ZFScope. The folder of every photo holds its pictures as PNG and the numbers as JSON and NumPy arrays."});
  for (const char* script : {"photos.js", "index.js"}) html.element("script", {{"src", script}}, "");
  html.close();
  html.close();
  return html.take();
}

std::string photo_index_data(const PhotoIndex& index) {
  constexpr double kSteps = 10'000;  // of a probability: hundredths of a per cent
  std::map<std::string, std::size_t> classes;
  for (const PhotoEntry& photo : index.photos) classes.emplace(readable(photo.label), 0);
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  for (auto& [name, number] : classes) {
    number = names.size();
    names.push_back(name);
  }
  std::string text = "const site = {\"classes\": " + to_text(names) + ",\n\"photos\": [";
  std::string_view separator = "\n";
  for (const PhotoEntry& photo : index.photos) {
    nlohmann::ordered_json row = {photo.name, escape_url(photo_folder(photo.name)), classes.at(readable(photo.label)), nullptr};
    if (photo.p) row.back() = std::round(*photo.p * kSteps) / kSteps;
    text.append(separator).append(to_text(row));
    separator = ",\n";
  }
  return text + "\n]};\n";
}

std::vector<std::byte> photo_thumbnail(const Image& view, const JpegEncoder& encode) {
  constexpr int kSide = 192;  // pixels; shown at about 200
  constexpr int kQuality = 85;
  const bool large = std::min(view.width, view.height) > kSide;
  return encode(large ? resize_shorter_side(view, kSide) : view, kQuality);
}

}  // namespace zf
