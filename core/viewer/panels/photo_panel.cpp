#include "core/viewer/panels/photo_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/report/captions.h"
#include "core/viewer/choices.h"
#include "core/viewer/icons.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

std::string counted(std::size_t count, std::string_view what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

}  // namespace

void PhotoPanel::draw(const Ui& ui, float width, float most_height) {
  const auto& photo = ui.session.photo();
  if (photo && shown_ != ui.session.photo_number()) {
    texture_ = Texture(ui.host, to_picture(photo->view), Sampling::kSmooth);
    shown_ = ui.session.photo_number();
  }
  const Card card(ui, width);
  draw_title(ui, card.width());
  draw_photo(ui, std::min(card.width(), most_height));
  if (photo) {
    for (const std::string& note : photo->notes) {
      paragraph(ui.fonts().small, ui.palette().ink, note, card.width());
      ui.landmarks.add(note, last_item());
    }
    caption(ui, fmt::format("What the network sees, at {} × {} pixels. Click to look at a place.", photo->view.width, photo->view.height),
            "Fig. 3, input", card.width());
  } else {
    caption(ui, "Drop a photo or a model on the window, or open one.", {}, card.width());
  }
}

void PhotoPanel::draw_answer(const Ui& ui, float width) const {
  if (ui.session.photo()) {
    const Card card(ui, width);
    draw_prediction(ui, card.width());
  }
  card_gap(ui);
  if (ui.session.model()) {
    const Card card(ui, width);
    draw_model(ui, card.width());
  }
}

void PhotoPanel::draw_title(const Ui& ui, float width) {
  Session& session = ui.session;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  const int count = session.live() ? 0 : static_cast<int>(session.choice().photos.size());
  const float buttons = (count > 1 ? 3 : 1) * side;
  const std::string name = session.photo() ? session.photo()->name : std::string("No photo");
  const std::string number = count > 1 ? fmt::format("{} of {}", session.choice().photo + 1, count) : std::string();
  const float number_width = count > 1 ? text_size(ui.fonts().small, number).x + ui.space(2) : 0;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  draw_text(list, ui.fonts().strong, ui.palette().ink, {origin.x, origin.y + side / 2},
            shortened(ui.fonts().strong, name, std::max(1.0F, width - buttons - number_width - ui.space(1))));
  draw_text(list, ui.fonts().small, ui.palette().soft, {origin.x + width - buttons - number_width, origin.y + side / 2}, number);
  ImGui::SetCursorScreenPos({origin.x + width - buttons, origin.y});
  if (icon_button(ui, icon::kCamera, "Live camera", "L", true, session.live())) session.toggle_camera();
  if (count > 1) {
    ImGui::SetCursorScreenPos({origin.x + width - 2 * side, origin.y});
    if (icon_button(ui, icon::kChevronLeft, "Previous photo", "Left")) session.step_photo(-1);
    ImGui::SetCursorScreenPos({origin.x + width - side, origin.y});
    if (icon_button(ui, icon::kChevronRight, "Next photo", "Right")) session.step_photo(1);
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, side});
}

void PhotoPanel::draw_photo(const Ui& ui, float side) {
  const auto& photo = ui.session.photo();
  const float aspect = photo ? static_cast<float>(photo->view.height) / static_cast<float>(photo->view.width) : 1;
  const ImVec2 size{side, std::round(side * aspect)};
  const bool clicked = ImGui::InvisibleButton("Photo", {std::max(size.x, 1.0F), std::max(size.y, 1.0F)});
  const Box box = last_item();
  ui.landmarks.add("Photo", box);
  draw_picture(ui, texture_, box, 6);
  draw_field(ui, box);
  if (clicked && photo) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ui.session.choose_pixel(static_cast<int>((mouse.y - box.y) / box.h * static_cast<float>(photo->view.height)),
                            static_cast<int>((mouse.x - box.x) / box.w * static_cast<float>(photo->view.width)));
  }
}

void PhotoPanel::draw_field(const Ui& ui, const Box& box) const {
  const auto& unit = ui.session.unit();
  const auto& photo = ui.session.photo();
  if (!unit || !photo) return;
  const PixelRect field = clip(unit->field, {photo->view.height, photo->view.width});
  const float scale = box.w / static_cast<float>(photo->view.width);
  const auto at = [scale](int pixels) { return std::round(static_cast<float>(pixels) * scale); };
  draw_frame(ui, {box.x + at(field.x), box.y + at(field.y), at(field.w), at(field.h)}, ui.palette().mark);
}

void PhotoPanel::draw_prediction(const Ui& ui, float width) const {
  const PhotoView& photo = *ui.session.photo();
  heading(ui, "Prediction", width);
  if (photo.top.empty()) text(ui.fonts().body, ui.palette().soft, "…");
  const bool unknown = is_unknown(photo.knowledge);
  if (unknown) {
    const std::string words = unknown_words(photo.probabilities.size());
    paragraph(ui.fonts().strong, ui.palette().ink, words, width);
    ui.landmarks.add(words, last_item());
    caption(ui, "The nearest, greyed:", {}, width);
  }
  for (std::size_t i = 0; i < photo.top.size(); ++i) draw_class(ui, photo.top[i], i == 0 && !unknown, width);
  if (ui.session.muted()) {
    caption(ui, fmt::format("Below each: with {} muted (U lets all speak).", counted(ui.session.choice().mutes.size(), "map")),
            "Section 4.2", width);
    return;
  }
  caption(ui, "The five most probable classes: softmax of the scores.", "Fig. 3, output", width);
}

void PhotoPanel::draw_class(const Ui& ui, const ClassStory& story, bool best, float width) const {
  const float row = ui.px(24);
  const float bar = ui.px(5);
  const Palette& p = ui.palette();
  const ImFont* font = ui.fonts().body;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto& muted = ui.session.muted();
  const float after = muted ? muted->probabilities[static_cast<std::size_t>(story.index)] : story.p;
  const std::string percent = muted ? fmt::format("{:.1f} → {:.1f} %", 100 * story.p, 100 * after) : fmt::format("{:.1f} %", 100 * story.p);
  const float number = text_size(font, percent).x;
  const ImU32 ink = best ? p.ink : p.soft;
  draw_text(list, best ? ui.fonts().strong : font, ink, {origin.x, origin.y + row / 2},
            shortened(ui.fonts().strong, readable(story.name), std::max(1.0F, width - number - ui.space(3))));
  draw_text(list, font, ink, {origin.x + width - number, origin.y + row / 2}, percent);
  const auto fill = [&](float y, float value, ImU32 colour) {
    list.AddRectFilled({origin.x, y}, {origin.x + width, y + bar}, p.raised, bar / 2);
    list.AddRectFilled({origin.x, y}, {origin.x + std::max(bar, width * value), y + bar}, colour, bar / 2);
  };
  fill(origin.y + row, story.p, best ? p.accent : p.soft);
  if (muted) fill(origin.y + row + bar + ui.px(2), after, p.error);
  ImGui::Dummy({width, row + (muted ? 2 * bar + ui.px(2) : bar)});
}

void PhotoPanel::draw_model(const Ui& ui, float width) const {
  const ModelView& model = *ui.session.model();
  heading(ui, model.network.name, width);
  std::string words = fmt::format("{:.1f} million parameters, {} classes. Runs on {}", static_cast<double>(model.parameters) / 1e6,
                                  model.shapes.back().c, model.backend);
  if (ui.session.photo() && ui.session.photo()->seconds > 0)
    words += fmt::format("; {:.0f} ms a photo", 1000 * ui.session.photo()->seconds);
  caption(ui, words + ".", {}, width);
  choose_backend(ui, width);
}

void PhotoPanel::choose_backend(const Ui& ui, float width) const {
  const std::vector<std::string> names = ui.host.backend_names();
  if (names.size() < 2) return;
  const auto chosen = static_cast<int>(std::find(names.begin(), names.end(), ui.session.backend()) - names.begin());
  const auto name = [&](int i) { return "Backend: " + names[static_cast<std::size_t>(i)]; };
  const int now = drop_down(ui, "backend", static_cast<int>(names.size()), name, chosen, width, "What computes: the CPU or a GPU");
  if (now != chosen) ui.session.choose_backend(names[static_cast<std::size_t>(now)]);
}

}  // namespace zf::viewer
