#include "core/report/style.h"

#include <string_view>

namespace zf {

namespace {

// One accent colour on neutral greys. Pictures lie on a dark plate in either scheme, so that they look the same.
constexpr std::string_view kColours = R"(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #17191c; --soft: #5b626b; --line: #e3e6ea; --panel: #f5f6f8; --track: #e9ebee;
  --plate: #141418; --plate-soft: #9ba3ad; --accent: #0f766e; --accent-ink: #ffffff; --mark: #5eead4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0c0e11; --ink: #e9ebee; --soft: #9ba3ad; --line: #262b31; --panel: #15181c; --track: #21262c;
    --plate: #141418; --accent: #4fd1c0; --accent-ink: #06211e;
  }
}
)";

constexpr std::string_view kText = R"(
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; text-rendering: optimizeLegibility;
}
main, .masthead, footer { max-width: 1280px; margin: 0 auto; padding: 0 clamp(16px, 4vw, 40px); }
h1, h2, h3, h4 { line-height: 1.15; letter-spacing: -0.02em; margin: 0; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: clamp(30px, 5vw, 46px); font-weight: 700; }
h2 { font-size: clamp(26px, 4vw, 36px); font-weight: 700; }
h3 { font-size: 24px; font-weight: 650; }
h4 { font-size: 16px; font-weight: 650; letter-spacing: -0.01em; }
p { margin: 0; max-width: 72ch; }
a { color: var(--accent); text-underline-offset: 3px; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
.soft { color: var(--soft); }
.small { font-size: 14px; }
.kicker { color: var(--accent); font-size: 13px; font-weight: 650; letter-spacing: 0.08em; text-transform: uppercase; }
)";

constexpr std::string_view kMasthead = R"(
.masthead { padding-top: clamp(32px, 6vw, 72px); padding-bottom: 8px; }
.masthead .brand { display: flex; align-items: center; gap: 10px; font-weight: 650; margin-bottom: 28px; }
.masthead .brand svg { width: 28px; height: 28px; color: var(--accent); }
.masthead .lead { margin-top: 16px; font-size: clamp(17px, 2vw, 20px); color: var(--soft); max-width: 62ch; }
.way { display: flex; flex-wrap: wrap; gap: 6px 24px; margin-top: 20px; font-weight: 550; }
.guide { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr)); gap: 16px 40px; margin: 36px 0 0; padding: 24px 0;
  border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.guide dt { font-weight: 650; margin-bottom: 4px; }
.guide dd { margin: 0; color: var(--soft); font-size: 15px; }
.index { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(250px, 100%), 1fr)); gap: 12px; margin: 28px 0 0; padding: 0; }
.index a { display: flex; gap: 14px; align-items: center; padding: 10px; border: 1px solid var(--line); border-radius: 12px;
  color: inherit; text-decoration: none; background: var(--paper); }
.index a:hover { border-color: var(--accent); }
.index svg { width: 64px; height: 64px; border-radius: 8px; flex: none; }
.index strong { display: block; overflow-wrap: anywhere; line-height: 1.25; }
)";

constexpr std::string_view kStory = R"(
article { padding-top: clamp(48px, 7vw, 88px); }
.hero { display: grid; grid-template-columns: minmax(0, 400px) minmax(0, 1fr); gap: clamp(24px, 4vw, 56px); align-items: center; margin-top: 28px; }
.photo { display: block; width: 100%; height: auto; border-radius: 14px; background: var(--plate); }
figure { margin: 0; }
figcaption { margin-top: 8px; color: var(--soft); font-size: 14px; }
.top { width: 100%; border-collapse: collapse; margin-top: 14px; }
.top th { font-weight: 500; text-align: left; padding: 9px 16px 9px 0; width: 34%; overflow-wrap: anywhere; line-height: 1.25; }
.top td { padding: 9px 0; }
.top .number { width: 76px; text-align: right; font-weight: 500; }
.top tr:first-child th, .top tr:first-child .number { font-weight: 700; }
.bar { height: 14px; border-radius: 4px; background: var(--track); overflow: hidden; }
.bar span { display: block; height: 100%; min-width: 2px; background: var(--soft); border-radius: 4px; }
.top tr:first-child .bar span { background: var(--accent); }
.unknown { margin-top: 14px; font-weight: 650; }
.nearest { color: var(--soft); }
.top.nearest tr:first-child th, .top.nearest tr:first-child .number { font-weight: 500; }
.top.nearest tr:first-child .bar span { background: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 10px 32px; margin: 24px 0 0; padding-top: 18px; border-top: 1px solid var(--line); font-size: 14px; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; font-weight: 550; }
.strip { display: flex; align-items: stretch; gap: 2px; overflow-x: auto; list-style: none; margin: 16px 0 0; padding: 20px 12px 14px;
  background: var(--panel); border-radius: 14px; }
.strip li { flex: 1 0 74px; }
.strip a { display: flex; flex-direction: column; align-items: center; height: 100%; color: inherit; text-decoration: none; border-radius: 8px; padding: 4px; }
.strip .shape { display: flex; align-items: center; justify-content: center; height: 84px; }
.strip .shape span { display: block; border-radius: 3px; background: var(--soft); opacity: 0.45; }
.strip .weights .shape span { background: var(--accent); opacity: 1; }
.strip a:hover .shape span { outline: 2px solid var(--ink); outline-offset: 2px; }
.strip b { font-weight: 600; font-size: 14px; margin-top: 6px; }
.strip small { color: var(--soft); font-size: 12px; text-align: center; white-space: nowrap; line-height: 1.35; }
.part { margin-top: 48px; }
.part > p { margin-top: 6px; }
)";

constexpr std::string_view kLayer = R"(
.layer { margin-top: 56px; padding-top: 28px; border-top: 1px solid var(--line); scroll-margin-top: 12px; }
.layer > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; }
.layer > header p { color: var(--soft); }
.layer > .meaning { margin-top: 10px; }
.layer > header .paper { margin-left: auto; font-size: 14px; }
.plate { margin-top: 18px; background: var(--plate); border-radius: 14px; padding: clamp(10px, 1.6vw, 20px); }
.plate img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.plate figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 10px 32px; margin: 14px 0 0; color: var(--plate-soft); font-size: 13px; }
.sheet { margin-top: 18px; background: #ffffff; border: 1px solid var(--line); border-radius: 14px; padding: clamp(8px, 1.2vw, 16px); }
.sheet img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.scale { display: flex; align-items: center; gap: 10px; color: #e9ebee; }
.scale i { display: block; width: clamp(120px, 18vw, 220px); height: 10px; border-radius: 3px; }
.seen { margin-top: 32px; }
.seen > p { margin-top: 6px; }
.units { display: grid; grid-template-columns: 260px minmax(0, 1fr); gap: 24px 32px; margin-top: 20px; align-items: start; }
.where { position: sticky; top: 16px; }
.where svg { display: block; width: 100%; height: auto; border-radius: 10px; background: var(--plate); }
.where rect { fill: none; stroke: var(--mark); stroke-width: 1.25; }
.where .veil { fill: #0c0e11; fill-opacity: 0.45; stroke: none; }
.where circle { fill: var(--mark); }
.where text { font: 700 9px Inter, system-ui, sans-serif; fill: #06211e; text-anchor: middle; dominant-baseline: central; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(256px, 100%), 1fr)); gap: 24px 20px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 3px; border-radius: 10px; overflow: hidden; background: var(--plate); }
.pair img { display: block; width: 100%; height: auto; }
.pair .crisp { image-rendering: pixelated; }
.cards .label { display: flex; align-items: baseline; gap: 8px; margin-top: 8px; font-size: 14px; line-height: 1.35; }
.cards .label b { font-weight: 650; }
.cards .label span:last-child { margin-left: auto; font-weight: 550; }
.cards .place { font-size: 13px; color: var(--soft); line-height: 1.35; }
.badge { display: inline-block; min-width: 20px; padding: 0 5px; border-radius: 10px; background: var(--accent); color: var(--accent-ink); font-size: 12px;
  font-weight: 700; text-align: center; line-height: 20px; }
details { margin-top: 20px; }
summary { cursor: pointer; color: var(--accent); font-size: 14px; font-weight: 550; width: fit-content; }
.table { overflow-x: auto; }
.numbers { border-collapse: collapse; margin-top: 12px; font-size: 14px; }
.numbers th { font-weight: 550; color: var(--soft); border-bottom: 1px solid var(--line); }
.numbers th, .numbers td { padding: 5px 28px 5px 0; text-align: right; white-space: nowrap; }
.numbers tbody tr + tr td { border-top: 1px solid var(--line); }
footer { margin-top: 96px; padding-top: 24px; padding-bottom: 48px; color: var(--soft); font-size: 14px; }
footer > div { border-top: 1px solid var(--line); padding-top: 24px; display: grid; gap: 6px; }
)";

constexpr std::string_view kMedia = R"(
@media (max-width: 900px) {
  .hero { grid-template-columns: minmax(0, 1fr); }
  .hero .photo { max-width: 460px; }
  .units { grid-template-columns: minmax(0, 1fr); }
  .where { position: static; }
  .where svg { max-width: 340px; }
}
@media (max-width: 520px) {
  .top th { width: 38%; padding-right: 12px; }
  .top .number { width: 64px; }
  .layer > header { display: block; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #ccc; --panel: #f3f3f3; --track: #e5e5e5; --accent: #0f766e; --accent-ink: #fff; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { font-size: 11pt; }
  .plate, .sheet, .cards li, .hero, .strip, .where, .index li { break-inside: avoid; }
  h2, h3, h4, .layer > header, .meaning { break-after: avoid; }
  article { break-before: page; }
  .cards { grid-template-columns: repeat(3, 1fr); }
  details > * { display: block; }
}
)";

}  // namespace

std::string page_style() {
  std::string style;
  for (const std::string_view part : {kColours, kText, kMasthead, kStory, kLayer, kMedia}) style += part;
  return style;
}

}  // namespace zf
