#include "core/viewer/room.h"

#include <algorithm>

namespace zf::viewer {

Room::Room(const Ui& ui, const char* name, float width, float height, float least)
    : width_(width - (least > height ? ImGui::GetStyle().ScrollbarSize + ui.space(1) : 0)), height_(std::max(height, least)) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild(name, {width, std::max(height, 1.0F)});
  ImGui::PopStyleVar();
  origin_ = ImGui::GetCursorScreenPos();
}

Room::~Room() {
  ImGui::SetCursorScreenPos(origin_);
  ImGui::Dummy({width_, height_});
  ImGui::EndChild();
}

float Room::height_left() const { return origin_.y + height_ - ImGui::GetCursorScreenPos().y; }

}  // namespace zf::viewer
