#include "core/viewer/panels/correspondence_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/report/scaled.h"
#include "core/viewer/export_experiments.h"
#include "core/viewer/panels/table1_view.h"
#include "core/viewer/room.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr std::array<const char*, kFaceParts.size()> kPartNames = {"left eye", "right eye", "nose"};
constexpr std::array<const char*, kFaceParts.size() + 1> kPrompts = {"Click the left eye (the viewer's left).",
                                                                     "Click the right eye (the viewer's right).", "Click the nose.",
                                                                     "All are marked: drag them, or go on."};
constexpr float kTableBesideFrom = 520;  ///< design pixels
constexpr std::size_t kTableLines = kFaceParts.size() + 2;

/// The open photos on which every part is marked.
std::vector<FacePoints> whole_faces(const Session& session) {
  std::vector<FacePoints> faces;
  for (const std::string& photo : session.choice().photos) {
    FacePoints face{photo, session.points(photo)};
    if (face.places.size() == kFaceParts.size()) faces.push_back(std::move(face));
  }
  return faces;
}

}  // namespace

void CorrespondencePanel::draw(const Ui& ui, float width, float height) {
  if (!ui.session.photo() || !ui.session.model()) {
    caption(ui, "Open photos of faces to compare their parts.", "Fig. 8, Table 1", width);
    return;
  }
  if (ui.session.live()) {
    caption(ui, "Live pictures pass too quickly to be marked: open photos of faces.", "Fig. 8, Table 1", width);
    return;
  }
  if (ui.session.model()->stages.empty()) {
    caption(ui, kNoStages, "Fig. 8, Table 1", width);
    return;
  }
  follow(ui);
  const float line = ui.px(44);
  const float strip = ui.session.choice().photos.size() > 1 ? FaceStrip::height(ui) + ui.space(2) : 0;
  const bool wide = width >= ui.px(kTableBesideFrom);
  {
    const float least = wide ? ui.px(590) : ui.px(240) + width + strip + table1_height(ui, kTableLines);
    const Room room(ui, "correspondence", width, height - line, least);
    draw_tools(ui, room.width());
    caption(ui,
            "Mark eyes and nose on several faces. Each part is then masked in all of them: the less the signs of change differ, the more "
            "the network relates the part.",
            "Fig. 8, Table 1", room.width());
    const std::size_t marked = ui.session.points(ui.session.photo()->path).size();
    text(ui.fonts().strong, marked < kFaceParts.size() ? ui.palette().accent : ui.palette().soft, kPrompts[marked], room.width());
    draw_contents(ui, wide, room.width(), room.height_left() - strip);
  }
  draw_progress(ui, width);
}

void CorrespondencePanel::draw_progress(const Ui& ui, float width) {
  const Progress progress = table_.progress();
  if (!progress.error.empty()) {
    paragraph(ui.fonts().small, ui.palette().error, progress.error, width);
  } else if (progress.running && progress_line(ui, progress, "Masking parts", width)) {
    table_.cancel();
  }
}

/// Starts the job anew where points, layers or model changed.
void CorrespondencePanel::follow(const Ui& ui) {
  Session& session = ui.session;
  const ModelView& model = *session.model();
  const std::array<int, 2> places = model.held(ui.settings.get(kStages));
  CorrespondenceWish wish{whole_faces(session),
                          {model.stages[static_cast<std::size_t>(places[0])], model.stages[static_cast<std::size_t>(places[1])]}};
  if (table_.ask(session, wish) && wish.faces.size() > 1) {
    table_.start([&](auto found) { return correspondence_job(ui.host, model, std::move(wish), found); });
  }
}

void CorrespondencePanel::draw_tools(const Ui& ui, float width) {
  constexpr int kButtons = 4;
  const float side = control_height(ui);
  const std::string& photo = ui.session.photo()->path;
  std::vector<Place> points = ui.session.points(photo);
  float x = ImGui::GetCursorScreenPos().x + width - kButtons * side;
  Flow flow(ui, width);
  choose_stages(ui, flow, kStages, "A layer whose changes are compared");
  flow.next(kButtons * side);
  const float y = ImGui::GetCursorScreenPos().y;
  const auto next = [&](const char* symbol, const std::string& name, const char* keys, bool enabled) {
    ImGui::SetCursorScreenPos({x, y});
    x += side;
    return icon_button(ui, symbol, name, keys, enabled);
  };
  if (next(icon::kUndo, "Take back point", "", !points.empty())) {
    points.pop_back();
    ui.session.set_points(photo, points);
  }
  if (next(icon::kClose, "Clear points", "", !points.empty())) ui.session.set_points(photo, {});
  if (next(icon::kFile, "Save points", "as a table to open again, or for `zfscope correspond`", true)) save_points(ui);
  if (next(icon::kSave, "Save table", "Ctrl+S", true)) save(ui);
}

/// The face with the table beside it where there is room, else below it; the row of faces at the bottom or between them.
void CorrespondencePanel::draw_contents(const Ui& ui, bool wide, float width, float height) {
  const bool strip = ui.session.choice().photos.size() > 1;
  const float gap = ui.space(4);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = std::floor(std::max(1.0F, wide ? std::min(height - ui.space(2), width * 0.52F) : width));
  draw_face(ui, {origin.x, origin.y, side, side});
  if (wide) {
    ImGui::SetCursorScreenPos({origin.x + side + gap, origin.y});
    ImGui::BeginGroup();
    draw_table(ui, std::max(1.0F, width - side - gap));
    ImGui::EndGroup();
    ImGui::SetCursorScreenPos({origin.x, origin.y + height});
    if (strip) strip_.draw(ui, width);
  } else {
    ImGui::SetCursorScreenPos({origin.x, origin.y + side + ui.space(2)});
    if (strip) strip_.draw(ui, width);
    draw_table(ui, width);
  }
}

void CorrespondencePanel::draw_face(const Ui& ui, const Box& box) {
  const PhotoView& photo = *ui.session.photo();
  if (shown_ != ui.session.photo_number()) {
    texture_ = Texture(ui.host, to_picture(photo.view), Sampling::kSmooth);
    shown_ = ui.session.photo_number();
    dragged_ = -1;
  }
  ImGui::SetCursorScreenPos(box.min());
  ImGui::InvisibleButton("marked face", {box.w, box.h});
  ui.landmarks.add("marked face", box);
  draw_picture(ui, texture_, box);
  std::vector<Place> seen;
  for (const Place& place : ui.session.points(photo.path)) seen.push_back(to_view(place, photo.size, ui.session.model()->preprocess));
  if (dragged_ >= 0 && dragged_ < static_cast<int>(seen.size())) seen[static_cast<std::size_t>(dragged_)] = held_;
  draw_points(ui, box, seen);
  answer(ui, box, std::move(seen));
}

/// A press takes the point there, or sets the next one; it goes where the pointer goes until it is let go.
void CorrespondencePanel::answer(const Ui& ui, const Box& box, std::vector<Place> seen) {
  const PhotoView& photo = *ui.session.photo();
  const auto side = static_cast<double>(photo.view.width);
  const double scale = side / static_cast<double>(box.w);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  constexpr double kInside = 1e-3;  // the last pixel's far edge is outside
  const auto within = [&](float offset) { return std::clamp(static_cast<double>(offset) * scale, 0.0, side - kInside); };
  const Place pointed{within(mouse.x - box.x), within(mouse.y - box.y)};
  if (ImGui::IsItemActivated()) {
    const double reach = static_cast<double>(ui.px(14)) * scale;
    const auto near = std::find_if(seen.begin(), seen.end(),
                                   [&](const Place& place) { return std::hypot(place.x - pointed.x, place.y - pointed.y) <= reach; });
    dragged_ = static_cast<int>(near - seen.begin());
    if (near == seen.end() && seen.size() == kFaceParts.size()) dragged_ = -1;
    if (near == seen.end() && dragged_ >= 0) seen.push_back(pointed);
    held_ = pointed;
  }
  if (dragged_ < 0) return;
  if (ImGui::IsItemActive()) held_ = pointed;
  if (!ImGui::IsItemDeactivated() && !ImGui::IsItemActivated()) return;
  seen[static_cast<std::size_t>(dragged_)] = held_;
  std::vector<Place> places;
  for (const Place& place : seen) places.push_back(from_view(place, photo.size, ui.session.model()->preprocess));
  ui.session.set_points(photo.path, std::move(places));
  if (ImGui::IsItemDeactivated()) dragged_ = -1;
}

/// Every point with its name and, once both eyes are there, the square that masks it.
void CorrespondencePanel::draw_points(const Ui& ui, const Box& box, const std::vector<Place>& seen) const {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImFont* font = ui.fonts().small;
  const ImU32 colour = ui.palette().mark;
  const float scale = box.w / static_cast<float>(ui.session.photo()->view.width);
  const float mask =
      seen.size() < 2
          ? 0
          : scale * static_cast<float>(mask_side(CorrespondenceOptions{}.side, std::hypot(seen[0].x - seen[1].x, seen[0].y - seen[1].y)));
  list.PushClipRect(box.min(), box.max(), true);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const ImVec2 at{box.x + static_cast<float>(seen[i].x) * scale, box.y + static_cast<float>(seen[i].y) * scale};
    list.AddRect({at.x - mask / 2, at.y - mask / 2}, {at.x + mask / 2, at.y + mask / 2}, IM_COL32(0, 0, 0, 160), 0, 0, ui.px(3));
    list.AddRect({at.x - mask / 2, at.y - mask / 2}, {at.x + mask / 2, at.y + mask / 2}, colour, 0, 0, ui.px(1));
    list.AddCircleFilled(at, ui.px(7), IM_COL32(0, 0, 0, 200));
    list.AddCircleFilled(at, ui.px(5), colour);
    const float w = text_size(font, kPartNames[i]).x;
    const float left = std::clamp(at.x - w / 2, box.x + ui.space(1), std::max(box.x + ui.space(1), box.x + box.w - w - ui.space(1)));
    const float y = at.y + ui.px(10) + font->FontSize / 2;
    list.AddRectFilled({left - ui.px(4), y - font->FontSize / 2}, {left + w + ui.px(4), y + font->FontSize / 2}, IM_COL32(0, 0, 0, 170),
                       ui.px(4));
    draw_text(list, font, IM_COL32_WHITE, {left, y}, kPartNames[i]);
    ui.landmarks.add(fmt::format("point {}", kPartNames[i]), {at.x - ui.px(7), at.y - ui.px(7), ui.px(14), ui.px(14)});
  }
  list.PopClipRect();
}

void CorrespondencePanel::draw_table(const Ui& ui, float width) {
  draw_state(ui, width);
  if (table_) draw_table1(ui, *table_, width);
}

/// How many faces are marked, and what the numbers are.
void CorrespondencePanel::draw_state(const Ui& ui, float width) const {
  const std::size_t faces = table_.wish().faces.size();
  if (faces < 2) {
    paragraph(ui.fonts().body, ui.palette().soft,
              fmt::format("{} of at least 2 faces marked. Their table grows here, beside the paper's.", faces), width);
    return;
  }
  if (!table_) {
    text(ui.fonts().body, ui.palette().soft, fmt::format("{} faces marked …", faces), width);
    return;
  }
  paragraph(
      ui.fonts().small, ui.palette().soft,
      fmt::format("{} faces, {} draws. Part of the signs that differ: mean ± deviation, then 95 % of means.", table_->faces, table_->draws),
      width);
}

void CorrespondencePanel::save(const Ui& ui) {
  if (table_) save_correspondence(ui, *table_);
}

}  // namespace zf::viewer
