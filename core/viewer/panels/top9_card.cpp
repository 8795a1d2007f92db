#include "core/viewer/panels/top9_card.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/report/captions.h"
#include "core/viewer/export_models.h"
#include "core/viewer/icons.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr const char* kHowToMine =
    "There is no atlas of this model. `zfscope mine MODEL.safetensors --data PHOTOS --out MODEL.atlas.safetensors` makes one.";

/// Columns of the square that holds `top` pictures.
int columns_for(int top) { return std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(top))))); }

}  // namespace

void Top9Card::draw(const Ui& ui, float width) {
  const Card card(ui, width);
  follow(ui);
  draw_title(ui, card.width());
  draw_contents(ui, card.width());
}

void Top9Card::follow(const Ui& ui) {
  Session& session = ui.session;
  // An atlas that came with a model is that model's.
  if (session.opens_model()) return;
  if (const Progress progress = strongest_.progress(); !progress.error.empty()) refuse(session, progress.error);
  const bool other = strongest_.ask(session, session.atlas());
  if (other) error_.clear();
  Unit unit{session.unit()->layer, session.unit()->seed.map};
  if (other || unit != unit_) {
    unit_ = std::move(unit);
    if (error_.empty() && !strongest_.wish().empty()) read(ui);
  }
  if (strongest_.take_news() && strongest_) take_up(ui.host);
}

/// What is shown stays until the other map's is there.
void Top9Card::read(const Ui& ui) {
  const AtlasWish wish{strongest_.wish(), unit_.first, unit_.second};
  const auto opened = strongest_ ? strongest_->atlas : nullptr;
  strongest_.start([&](auto found) { return atlas_job(ui.host, ui.session.worker(), ui.session.model()->scope, opened, wish, found); });
}

void Top9Card::take_up(Host& host) {
  projections_ = Tiles(host, strongest_->projections, sampling_for(strongest_->projections));
  patches_ = Tiles(host, strongest_->patches, sampling_for(strongest_->patches));
}

void Top9Card::refuse(Session& session, const std::string& reason) {
  strongest_.forget();
  error_ = reason;
  if (session.choice().atlas == strongest_.wish()) session.give_up_atlas(reason);
}

void Top9Card::draw_title(const Ui& ui, float width) const {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  const int top = strongest_ ? strongest_->top : 9;
  draw_text(*ImGui::GetWindowDrawList(), ui.fonts().strong, ui.palette().ink, {origin.x, origin.y + side / 2},
            fmt::format("The map's top {}", top));
  if (strongest_ && !strongest_->items.empty()) {
    ImGui::SetCursorScreenPos({origin.x + width - side, origin.y});
    if (icon_button(ui, icon::kSave, "Save strongest", "9")) save(ui);
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, side});
}

void Top9Card::draw_contents(const Ui& ui, float width) {
  if (strongest_.wish().empty()) {
    caption(ui, ui.host.complete() ? kHowToMine : "What this map answers to in a thousand photos is on its way.", "Fig. 2", width);
    return;
  }
  if (!error_.empty()) {
    paragraph(ui.fonts().small, ui.palette().error, error_, width);
    return;
  }
  if (!strongest_) {
    const Progress progress = strongest_.progress();
    if (!progress.running) caption(ui, "The atlas was not read.", "Fig. 2", width);
    if (progress.running && progress_line(ui, progress, "Reading the atlas", width)) strongest_.cancel();
    return;
  }
  if (std::find(strongest_->layers.begin(), strongest_->layers.end(), strongest_->layer) == strongest_->layers.end()) {
    caption(ui, fmt::format("The atlas holds {}: choose one of these layers.", fmt::join(strongest_->layers, ", ")), "Fig. 2", width);
    return;
  }
  if (strongest_->items.empty()) {
    caption(ui, fmt::format("This map answers to none of the atlas's {} photos.", strongest_->images), "Fig. 2", width);
    return;
  }
  const std::string beside = patches_.empty() ? "" : ", beside the parts of the photos that they come from";
  caption(ui,
          fmt::format("What this map answers to most strongly in {} photos, best first: each activation run backwards to pixels{}. Grey "
                      "is 0; every picture has its own contrast.",
                      strongest_->images, beside),
          "Fig. 2", width);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.space(3);
  const float side = patches_.empty() ? std::min(width, ui.px(480)) : std::floor((width - gap) / 2);
  const int columns = columns_for(strongest_->top);
  const int rows = (static_cast<int>(strongest_->items.size()) + columns - 1) / columns;
  const float height = side * static_cast<float>(rows) / static_cast<float>(columns) * projections_.aspect();
  int pointed = -1;
  draw_block(ui, "Projection", "Projections", projections_, {origin.x, origin.y, side, height}, pointed);
  if (!patches_.empty()) draw_block(ui, "Patch", "Photos", patches_, {origin.x + side + gap, origin.y, side, height}, pointed);
  pointed_ = pointed;
  if (pointed_ >= 0) show_item(ui, pointed_);
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, height + ui.space(1) + ui.fonts().small->FontSize});
}

void Top9Card::draw_block(const Ui& ui, const char* name, const char* title, const Tiles& tiles, const Box& box, int& pointed) const {
  const int columns = columns_for(strongest_->top);
  const float gap = ui.px(3);
  const float tile = (box.w - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const float tall = tile * tiles.aspect();
  for (int rank = 0; rank < static_cast<int>(strongest_->items.size()); ++rank) {
    const int row = rank / columns;
    const Box at{std::round(box.x + static_cast<float>(rank % columns) * (tile + gap)),
                 std::round(box.y + static_cast<float>(row) * (tall + gap)), std::floor(tile), std::floor(tall)};
    tiles.draw(at, rank);
    ui.landmarks.add(fmt::format("{} {}", name, rank + 1), at);
    if (at.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered()) pointed = rank;
    if (rank == pointed_) draw_frame(ui, at, ui.palette().mark, 1.5F);
  }
  draw_text(*ImGui::GetWindowDrawList(), ui.fonts().small, ui.palette().soft,
            {box.x, box.y + box.h + ui.space(1) + ui.fonts().small->FontSize / 2}, title);
}

void Top9Card::show_item(const Ui& ui, int rank) const {
  const auto at = static_cast<std::size_t>(rank);
  const AtlasItem& item = strongest_->items[at];
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.space(3), ui.space(2)});
  ImGui::BeginTooltip();
  text(ui.fonts().strong, ui.palette().ink, fmt::format("{}. Activation {}", rank + 1, short_number(item.value)));
  text(ui.fonts().small, ui.palette().soft, fmt::format("at row {}, column {} of the map", item.y, item.x));
  if (at < strongest_->names.size()) text(ui.fonts().small, ui.palette().soft, strongest_->names[at]);
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void Top9Card::save(const Ui& ui) const {
  if (strongest_ && !strongest_->items.empty()) save_strongest(ui, *strongest_);
}

}  // namespace zf::viewer
