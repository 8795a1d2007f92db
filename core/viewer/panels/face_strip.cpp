#include "core/viewer/panels/face_strip.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/viewer/icons.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr float kThumbnail = 56;

}  // namespace

float FaceStrip::height(const Ui& ui) { return ui.px(kThumbnail) + ui.px(14); }

void FaceStrip::draw(const Ui& ui, float width) {
  if (model_ != ui.session.model_number()) {
    textures_.clear();
    model_ = ui.session.model_number();
  }
  const auto& photos = ui.session.choice().photos;
  const float side = ui.px(kThumbnail);
  const float each = side + ui.space(1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild("faces", {width, height(ui)}, false, ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  if (ImGui::IsWindowHovered()) ImGui::SetScrollX(ImGui::GetScrollX() - ImGui::GetIO().MouseWheel * each);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float scroll = ImGui::GetScrollX();
  const int count = static_cast<int>(photos.size());
  const int chosen = ui.session.choice().photo;
  const int first = std::clamp(static_cast<int>(scroll / each), 0, count);
  const int last = std::clamp(static_cast<int>((scroll + width) / each) + 1, first, count);
  std::vector<std::string> missing;
  for (int i = first; i < last; ++i) {
    const std::string& path = photos[static_cast<std::size_t>(i)];
    if (textures_.find(path) == textures_.end()) missing.push_back(path);
    draw_face(ui, i, {origin.x + each * static_cast<float>(i), origin.y, side, side});
  }
  if (scrolled_to_ != chosen) {
    const float x = each * static_cast<float>(chosen);
    if (x < scroll || x + side > scroll + width) ImGui::SetScrollX(std::max(0.0F, x - (width - side) / 2));
    scrolled_to_ = chosen;
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({each * static_cast<float>(count), side});
  ImGui::EndChild();
  ImGui::PopStyleVar();
  if (!missing.empty()) ask_for(ui, std::move(missing));
}

void FaceStrip::draw_face(const Ui& ui, int index, const Box& box) {
  const Palette& p = ui.palette();
  const std::string& path = ui.session.choice().photos[static_cast<std::size_t>(index)];
  const std::string name = fmt::format("face {}", index);
  ImGui::SetCursorScreenPos(box.min());
  if (ImGui::InvisibleButton(name.c_str(), {box.w, box.h})) ui.session.choose_photo(index);
  ui.landmarks.add(name, box);
  static const Texture none;
  const auto texture = textures_.find(path);
  draw_picture(ui, texture == textures_.end() ? none : texture->second, box);
  if (index == ui.session.choice().photo) {
    ImGui::GetWindowDrawList()->AddRect(box.min(), box.max(), p.accent, ui.px(4), 0, ui.px(3));
  }
  const std::size_t points = ui.session.points(path).size();
  tooltip(ui, fmt::format("{} of {} points", points, kFaceParts.size()));
  if (points == 0) return;
  const float radius = ui.px(9);
  const ImVec2 middle{box.x + box.w - radius - ui.px(3), box.y + box.h - radius - ui.px(3)};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool whole = points == kFaceParts.size();
  list.AddCircleFilled(middle, radius, whole ? p.accent : p.panel);
  const std::string sign = whole ? std::string(icon::kCheck) : fmt::format("{}", points);
  const ImVec2 size = text_size(ui.fonts().small, sign);
  draw_text(list, ui.fonts().small, whole ? p.on_accent : p.ink, {middle.x - size.x / 2, middle.y}, sign);
}

void FaceStrip::ask_for(const Ui& ui, std::vector<std::string> paths) {
  Session& session = ui.session;
  if (!slot_) slot_ = session.worker().add_slot(Subject::kModel, Urgency::kQuick);
  if (session.worker().progress(*slot_).running) return;
  constexpr int kSide = 128;
  for (const std::string& path : paths) textures_.emplace(path, Texture());
  session.worker().start(*slot_, thumbnails_job(ui.host, session.model()->preprocess, std::move(paths), kSide,
                                                [this, &host = ui.host](const Thumbnail& thumbnail) {
                                                  if (thumbnail.picture.rgb.empty()) return;
                                                  textures_[thumbnail.path] = Texture(host, thumbnail.picture, Sampling::kSmooth);
                                                }));
}

}  // namespace zf::viewer
