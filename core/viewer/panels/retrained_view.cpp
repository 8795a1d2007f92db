#include "core/viewer/panels/retrained_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr std::array<const char*, 12> kVariants = {"Krizhevsky et al., 2012",   "without layers 3, 4",       "without layer 7",
                                                   "without layers 6, 7",       "without layers 3, 4, 6, 7", "layers 6, 7 half as wide",
                                                   "layers 6, 7 twice as wide", "Zeiler & Fergus, Fig. 3",   "layers 6, 7 half as wide",
                                                   "layers 6, 7 twice as wide", "layers 3–5 wider",          "layers 3–7 wider"};
constexpr std::array<std::size_t, 2> kWhole = {0, 7};  ///< the two networks as they are
constexpr std::array<const char*, 3> kRates = {"train", "top-1", "top-5"};

/// Where the columns stand. A narrow table has the rates below the names.
struct RateColumns {
  RateColumns(const Ui& ui, float left, float width)
      : both(!ui.session.retrained().empty()),
        stacked(width < ui.px(440)),
        number(ui.px(stacked ? 42 : 52)),
        gap(ui.space(4)),
        right(left + width),
        bars(std::max(1.0F, width - static_cast<float>(kRates.size()) * number * (both ? 2 : 1) - gap * (both ? 2 : 1))),
        names(stacked ? width : bars) {}

  /// The right edge of a rate, here or in the paper.
  [[nodiscard]] float edge(bool paper, std::size_t rate) const {
    const float paper_end = right - static_cast<float>(kRates.size() - 1 - rate) * number;
    return paper ? paper_end : paper_end - static_cast<float>(kRates.size()) * number - gap;
  }
  [[nodiscard]] float row_height(const Ui& ui) const { return (stacked ? 2 : 1) * ui.fonts().small->FontSize + ui.px(10) + ui.space(1); }

  bool both;  ///< whether there are rates of networks here
  bool stacked;
  float number;
  float gap;
  float right;
  float bars;
  float names;
};

std::array<double, 3> rates_of(const VariantErrors& errors) { return {errors.train_top1, errors.val_top1, errors.val_top5}; }

void draw_right(const ImFont* font, ImU32 colour, float right, float middle, const std::string& words) {
  draw_text(*ImGui::GetWindowDrawList(), font, colour, {right - text_size(font, words).x, middle}, words);
}

void draw_rates(const Ui& ui, const RateColumns& columns, bool paper, const VariantErrors& errors, float middle, ImU32 colour) {
  const std::array<double, 3> rates = rates_of(errors);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    draw_right(ui.fonts().small, colour, columns.edge(paper, i), middle, fmt::format("{:.1f}", 100 * rates[i]));
  }
}

void draw_table3_head(const Ui& ui, const RateColumns& columns) {
  const Palette& p = ui.palette();
  const ImFont* font = ui.fonts().small;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float line = font->FontSize;
  draw_text(*ImGui::GetWindowDrawList(), font, p.soft, {at.x, at.y + 1.5F * line}, "0");
  draw_right(font, p.soft, at.x + columns.bars, at.y + 1.5F * line, "100 %");
  const auto rates = [&](bool paper, const char* whose, ImU32 colour) {
    draw_right(font, colour, columns.edge(paper, kRates.size() - 1), at.y + line / 2, whose);
    for (std::size_t i = 0; i < kRates.size(); ++i) draw_right(font, p.soft, columns.edge(paper, i), at.y + 1.5F * line, kRates[i]);
  };
  if (columns.both) rates(false, "here", p.accent);
  rates(true, "the paper", p.second);
  ImGui::Dummy({columns.right - at.x, 2 * line + ui.space(1)});
}

/// The rates, and the validation error as bars.
void draw_variant(const Ui& ui, const RateColumns& columns, std::size_t row, const Box& box) {
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::vector<VariantResult>& here = ui.session.retrained();
  const VariantErrors& paper = table3_of_the_paper()[row];
  const bool whole = std::find(kWhole.begin(), kWhole.end(), row) != kWhole.end();
  const ImFont* font = ui.fonts().small;
  const float indent = whole ? 0 : ui.space(3);
  const float middle = box.y + ui.space(1) + font->FontSize / 2;
  const float rates = middle + (columns.stacked ? font->FontSize : 0);
  draw_text(list, font, whole ? p.ink : p.soft, {box.x + indent, middle},
            shortened(font, kVariants[row], std::max(1.0F, columns.names - indent)));
  if (row < here.size()) draw_rates(ui, columns, false, here[row].errors, rates, p.ink);
  draw_rates(ui, columns, true, paper, rates, p.soft);
  const float y = box.y + ui.space(1) + font->FontSize + ui.px(2);
  const auto bar = [&](float top, double rate, ImU32 colour) {
    const float length = std::max(ui.px(2), columns.bars * static_cast<float>(rate));
    list.AddRectFilled({box.x, top}, {box.x + length, top + ui.px(3)}, colour, ui.px(1.5F));
  };
  if (row < here.size()) bar(y, here[row].errors.val_top1, p.accent);
  bar(columns.both ? y + ui.px(4) : y, paper.val_top1, p.second);
  ui.landmarks.add(fmt::format("variant {}", row), box);
  ImGui::SetCursorScreenPos(box.min());
  ImGui::Dummy({box.w, box.h});
  if (row < here.size()) {
    tooltip(ui, fmt::format("{}: {:.1f} million parameters, {} epochs, {} validation photos", here[row].name,
                            static_cast<double>(here[row].parameters) / 1e6, here[row].epochs, here[row].val_photos));
  }
}

}  // namespace

const char* variant_words(std::size_t row) { return kVariants.at(row); }

void draw_retrained(const Ui& ui, float width, float height) {
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  caption(ui,
          "Networks trained anew with layers left out or of other widths. Without a few layers little is lost, without all of these "
          "much: depth matters. Errors in percent; bars are top-1 on photos that were not trained on.",
          "Table 3", width);
  if (ui.session.retrained().empty()) {
    paragraph(ui.fonts().small, ui.palette().accent,
              "The paper's numbers alone: `zfscope ablate retrain --data DIR --out RUN` trains these here; open its table3.csv.", width);
  }
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild("table 3", {width, std::max(ui.px(60), bottom - ImGui::GetCursorScreenPos().y)});
  const float inner = width - (ImGui::GetScrollMaxY() > 0 ? ImGui::GetStyle().ScrollbarSize + ui.space(1) : 0);
  const RateColumns columns(ui, ImGui::GetCursorScreenPos().x, inner);
  draw_table3_head(ui, columns);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  const float row = columns.row_height(ui);
  for (std::size_t i = 0; i < table3_of_the_paper().size(); ++i) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_variant(ui, columns, i, {at.x, at.y, inner, row});
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

}  // namespace zf::viewer
