#include "core/report/photo_index.h"

namespace zf {

std::string photo_index_script() {
  return R"js("use strict";
// The list of photos. What it shows stands in the address (#words=...&class=...&page=...), so that the way back from a photo leads
// to where one was.

const PER_PAGE = 60;
const part = (id) => document.getElementById(id);
const plain = (text) => text.normalize("NFKC").toLowerCase();
const haystacks = site.photos.map(([name, , kind]) => plain(name + " " + site.classes[kind]));

function wanted() {
  const address = new URLSearchParams(location.hash.slice(1));
  return {words: address.get("words") || "", kind: address.get("class") || "", page: Number(address.get("page")) || 1};
}

function address(words, kind, page) {
  const values = new URLSearchParams();
  if (words) values.set("words", words);
  if (kind) values.set("class", kind);
  if (page > 1) values.set("page", page);
  return "#" + values;
}

function element(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

function found({words, kind}) {
  const terms = plain(words).split(/\s+/).filter(Boolean);
  const fits = (photo, i) => (!kind || site.classes[photo[2]] === kind) && terms.every((term) => haystacks[i].includes(term));
  return site.photos.filter(fits);
}

function card([name, folder, kind, p]) {
  const picture = element("img", {src: folder + "/thumbnail.jpg", alt: "", loading: "lazy", width: 192, height: 192});
  const label = element("div", {class: "label"}, element("b", {}, site.classes[kind]), element("span", {}, p === null ? "" : (100 * p).toFixed(1) + " %"));
  return element("li", {}, element("a", {href: folder + "/index.html"}, picture, label, element("div", {class: "name"}, name)));
}

function links(words, kind, page, pages) {
  const link = (text, target, active) => active ? element("a", {href: address(words, kind, target)}, text) : element("span", {class: "soft"}, text);
  return [link("First", 1, page > 1), link("Previous", page - 1, page > 1), element("span", {}, `Page ${page} of ${pages}`),
          link("Next", page + 1, page < pages), link("Last", pages, page < pages)];
}

function show() {
  const {words, kind, page: asked} = wanted();
  if (part("words").value.trim() !== words) part("words").value = words;
  part("class").value = kind;
  const photos = found({words, kind});
  const pages = Math.max(1, Math.ceil(photos.length / PER_PAGE));
  const page = Math.min(Math.max(1, Math.trunc(asked)), pages);
  const first = (page - 1) * PER_PAGE;
  const shown = photos.slice(first, first + PER_PAGE);
  const number = (value) => value.toLocaleString("en");
  part("count").textContent =
      shown.length ? `${number(first + 1)} to ${number(first + shown.length)} of ${number(photos.length)} photos` : "No photo fits.";
  part("photos").replaceChildren(...shown.map(card));
  part("pages").replaceChildren(...links(words, kind, page, pages));
  part("pages").hidden = pages === 1;
}

function offer_classes() {
  const counts = site.classes.map(() => 0);
  for (const photo of site.photos) ++counts[photo[2]];
  part("class").append(element("option", {value: ""}, "All classes"));
  site.classes.forEach((name, i) => part("class").append(element("option", {value: name}, `${name} (${counts[i]})`)));
}

function ask() {
  location.replace(address(part("words").value.trim(), part("class").value, 1));
}

offer_classes();
part("search").addEventListener("submit", (event) => event.preventDefault());
part("words").addEventListener("input", ask);
part("class").addEventListener("change", ask);
addEventListener("hashchange", () => { show(); scrollTo(0, 0); });
show();
)js";
}

}  // namespace zf
