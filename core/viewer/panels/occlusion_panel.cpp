#include "core/viewer/panels/occlusion_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/viewer/export.h"
#include "core/viewer/room.h"
#include "core/viewer/spelling.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr std::array<int, 4> kSizes = {16, 32, 56, 80};
constexpr std::array<int, 3> kStrides = {4, 8, 16};

template <std::size_t N>
int choose(const Ui& ui, const char* name, const std::array<int, N>& values, int chosen) {
  draw_text(*ImGui::GetWindowDrawList(), ui.fonts().small, ui.palette().soft,
            {ImGui::GetCursorScreenPos().x, ImGui::GetCursorScreenPos().y + control_height(ui) / 2}, name);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + text_size(ui.fonts().small, name).x + ui.space(2));
  std::array<std::string, N> names;
  int at = -1;
  for (std::size_t i = 0; i < N; ++i) {
    names[i] = fmt::format("{}", values[i]);
    if (values[i] == chosen) at = static_cast<int>(i);
  }
  const int now = segmented(ui, names, at, name);
  return now < 0 ? chosen : values[static_cast<std::size_t>(now)];
}

}  // namespace

void OcclusionPanel::draw(const Ui& ui, float width, float height) {
  const auto& photo = ui.session.photo();
  if (!photo || !photo->look || photo->top.empty()) {
    caption(ui, "Open a photo to cover parts of it.", "Fig. 7", width);
    return;
  }
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  follow(ui);
  draw_tools(ui, width);
  draw_words(ui, width);
  // Pictures that say something are large, or the panel scrolls.
  const float least = width < ui.px(960) ? ui.px(460) : ui.px(240);
  const Room room(ui, "occlusion maps", width, std::max(bottom - ImGui::GetCursorScreenPos().y, ui.px(120)), least);
  draw_pictures(ui, room.width(), room.height_left());
}

/// What the panel shows; until it is there, how far it is.
void OcclusionPanel::draw_words(const Ui& ui, float width) {
  const Progress progress = occlusion_.progress();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  if (!progress.error.empty()) {
    paragraph(ui.fonts().small, ui.palette().error, progress.error, width);
  } else if (progress.running) {
    if (progress_line(ui, progress, "Covering places", width)) occlusion_.cancel();
  } else {
    caption(ui, "A grey square slides over the photo. What falls when a place is covered needs that place. Point at one to see it covered.",
            "Fig. 7", width);
  }
  // The pictures below stay where they are.
  ImGui::SetCursorScreenPos({origin.x, std::max(ImGui::GetCursorScreenPos().y, origin.y + control_height(ui) + ui.space(2))});
}

/// Starts the job anew where photo, square or class changed.
void OcclusionPanel::follow(const Ui& ui) {
  Session& session = ui.session;
  if (photo_ != session.photo_number()) {
    photo_ = session.photo_number();
    wish_.label = session.photo()->top.front().index;
    clean_ = Texture(ui.host, to_picture(session.photo()->view), Sampling::kSmooth);
  }
  const auto side = std::min(session.photo()->view.width, session.photo()->view.height);
  wish_.size = std::min(wish_.size, side);
  if (occlusion_.ask(session, wish_)) {
    pointed_ = -1;
    occlusion_.start([&](auto found) { return occlusion_job(session.photo()->look, *session.photo(), wish_, found); });
  }
  if (occlusion_.take_news() && occlusion_) take_up(ui.host);
}

void OcclusionPanel::take_up(Host& host) {
  textures_[0] = Texture(host, occlusion_->probability, Sampling::kSmooth);
  textures_[1] = Texture(host, occlusion_->activation, Sampling::kSmooth);
  textures_[2] = Texture(host, occlusion_->classes, Sampling::kSmooth);
}

void OcclusionPanel::draw_tools(const Ui& ui, float width) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  wish_.size = choose(ui, "Square", kSizes, wish_.size);
  const float first = last_item().w + text_size(ui.fonts().small, "Square").x + ui.space(6);
  ImGui::SetCursorScreenPos({origin.x + first, origin.y});
  wish_.stride = choose(ui, "Step", kStrides, wish_.stride);
  const float second = first + last_item().w + text_size(ui.fonts().small, "Step").x + ui.space(6);
  const float room = width - second;
  const bool below = room < ui.px(120);
  ImGui::SetCursorScreenPos({origin.x + (below ? 0 : second), origin.y + (below ? control_height(ui) + ui.space(2) : 0)});
  ImGui::SetNextItemWidth(std::min(below ? width : room, ui.px(220)));
  const auto& classes = ui.session.model()->classes;
  const auto name = [&](int label) { return spelled(ui.fonts().body, readable(class_name(classes, label))); };
  if (ImGui::BeginCombo("##class", name(wish_.label).c_str(), ImGuiComboFlags_HeightLarge)) {
    for (int i = 0; i < static_cast<int>(ui.session.photo()->probabilities.size()); ++i) {
      if (ImGui::Selectable(name(i).c_str(), i == wish_.label)) wish_.label = i;
    }
    ImGui::EndCombo();
  }
  tooltip(ui, "The class whose probability the first map follows");
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, control_height(ui) * (below ? 2 : 1) + (below ? ui.space(2) : 0)});
}

void OcclusionPanel::draw_pictures(const Ui& ui, float width, float height) {
  const float gap = ui.space(4);
  const float words = 3 * ui.fonts().small->FontSize + ui.space(3);
  const bool square = width / height < 1.9F;
  const int columns = square ? 2 : 4;
  const int rows = 4 / columns;
  const float across = std::floor((width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
  const float down = std::floor(height / static_cast<float>(rows)) - words;
  const float side = std::max(ui.px(60), std::min(across, down));
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float step = square ? std::max(across, side) + gap : side + gap;
  for (int i = 0; i < 4; ++i) {
    const int row = i / columns;
    draw_cell(ui, i, {origin.x + step * static_cast<float>(i % columns), origin.y + (side + words) * static_cast<float>(row), side, side});
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, static_cast<float>(rows) * (side + words) - ui.space(2)});
}

void OcclusionPanel::draw_cell(const Ui& ui, int cell, const Box& box) {
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (cell == 3) {
    draw_covered(ui, box);
    return;
  }
  const auto at = static_cast<std::size_t>(cell);
  draw_picture(ui, occlusion_ ? textures_[at] : clean_, box);
  constexpr std::array<const char*, 3> kNames = {"probability map", "activation map", "class map"};
  ui.landmarks.add(kNames[at], box);
  if (occlusion_ && box.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered()) {
    const float scale = static_cast<float>(ui.session.photo()->view.width) / box.w;
    pointed_ = nearest_place(occlusion_->maps, static_cast<int>((ImGui::GetIO().MousePos.y - box.y) * scale),
                             static_cast<int>((ImGui::GetIO().MousePos.x - box.x) * scale));
  }
  if (occlusion_ && pointed_ >= 0) {
    const float scale = box.w / static_cast<float>(ui.session.photo()->view.width);
    const auto& maps = occlusion_->maps;
    const auto y = static_cast<float>(maps.y[static_cast<std::size_t>(pointed_ / maps.columns())]);
    const auto x = static_cast<float>(maps.x[static_cast<std::size_t>(pointed_ % maps.columns())]);
    const float side = static_cast<float>(maps.size) * scale;
    list.AddRect({box.x + x * scale, box.y + y * scale}, {box.x + x * scale + side, box.y + y * scale + side}, p.mark, 0, 0, ui.px(1.5F));
  }
  const std::string watched = occlusion_ ? fmt::format("{} map {}", ui.session.model()->view_name(occlusion_->layer), occlusion_->map)
                                         : std::string("the strongest map");
  const std::array<std::string, 3> titles = {
      fmt::format("Probability of {} (d)", readable(class_name(ui.session.model()->classes, occlusion_.wish().label))),
      fmt::format("Activation of {} (b)", watched), "Most probable class (e)"};
  const float y = box.y + box.h + ui.space(1);
  draw_text(list, ui.fonts().small, p.ink, {box.x, y + ui.fonts().small->FontSize / 2}, shortened(ui.fonts().small, titles[at], box.w));
  ImGui::SetCursorScreenPos({box.x, y + ui.fonts().small->FontSize + ui.space(1)});
  if (cell == 0) colour_bar(ui, Colormap::kHeat, {0, 1}, 1, box.w, {});
  if (cell == 1 && occlusion_) colour_bar(ui, Colormap::kHeat, occlusion_->range, occlusion_->range.high, box.w, {});
  if (cell == 2 && occlusion_) draw_legend(ui, {box.x, y + ui.fonts().small->FontSize + ui.space(1), box.w, 0});
}

void OcclusionPanel::draw_legend(const Ui& ui, const Box& box) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().small;
  const float dot = ui.px(10);
  const float line = font->FontSize;
  float x = box.x;
  float y = box.y + line / 2;
  int lines = 1;
  for (const auto& entry : occlusion_->legend) {
    const std::string name = shortened(font, readable(class_name(ui.session.model()->classes, entry.index)), box.w - dot - ui.space(2));
    const float w = dot + ui.space(1) + text_size(font, name).x + ui.space(3);
    if (x > box.x && x + w - ui.space(3) > box.x + box.w) {
      if (++lines > 2) return;
      x = box.x;
      y += line;
    }
    list.AddRectFilled({x, y - dot / 2}, {x + dot, y + dot / 2}, IM_COL32(entry.colour.r, entry.colour.g, entry.colour.b, 255), ui.px(2));
    draw_text(list, font, ui.palette().soft, {x + dot + ui.space(1), y}, name);
    x += w;
  }
}

/// The photo covered at the place that is pointed at, and what the network takes that for.
void OcclusionPanel::draw_covered(const Ui& ui, const Box& box) const {
  draw_picture(ui, clean_, box);
  ui.landmarks.add("covered photo", box);
  const bool there = occlusion_ && pointed_ >= 0 && occlusion_->maps.done(pointed_);
  if (there) {
    const auto& maps = occlusion_->maps;
    const auto& photo = *ui.session.photo();
    const float scale = box.w / static_cast<float>(photo.view.width);
    const float y = box.y + static_cast<float>(maps.y[static_cast<std::size_t>(pointed_ / maps.columns())]) * scale;
    const float x = box.x + static_cast<float>(maps.x[static_cast<std::size_t>(pointed_ % maps.columns())]) * scale;
    const float side = static_cast<float>(maps.size) * scale;
    // The square's value, 0, as the colour that it came from.
    const Preprocess& preprocess = ui.session.model()->preprocess;
    const std::vector<float> zero(static_cast<std::size_t>(preprocess.channels()));
    const std::vector<std::uint8_t> colour = to_image(preprocess, zero, {1, 1}).rgb;
    ImGui::GetWindowDrawList()->AddRectFilled({x, y}, {x + side, y + side}, IM_COL32(colour[0], colour[1], colour[2], 255));
  }
  draw_covered_classes(ui, {box.x, box.y + box.h + ui.space(1), box.w, 0});
}

void OcclusionPanel::draw_covered_classes(const Ui& ui, const Box& box) const {
  constexpr int kTop = 3;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().small;
  float y = box.y + font->FontSize / 2;
  const bool there = occlusion_ && pointed_ >= 0 && occlusion_->maps.done(pointed_);
  std::vector<ClassScore> top;
  if (there) {
    const auto classes = static_cast<std::size_t>(occlusion_->maps.classes);
    top =
        top_classes(probabilities(std::span(occlusion_->maps.logits).subspan(static_cast<std::size_t>(pointed_) * classes, classes)), kTop);
  } else {
    for (const ClassStory& story : ui.session.photo()->top) top.push_back({story.index, story.p});
    top.resize(std::min<std::size_t>(top.size(), kTop));
  }
  for (const ClassScore& score : top) {
    const std::string percent = fmt::format("{:.1f} %", 100 * score.p);
    const float number = text_size(font, percent).x;
    draw_text(list, font, ui.palette().ink, {box.x, y},
              shortened(font, readable(class_name(ui.session.model()->classes, score.index)), box.w - number - ui.space(2)));
    draw_text(list, font, ui.palette().soft, {box.x + box.w - number, y}, percent);
    y += font->FontSize;
  }
}

void OcclusionPanel::save(const Ui& ui) {
  if (occlusion_) save_occlusion(ui, *occlusion_);
}

}  // namespace zf::viewer
