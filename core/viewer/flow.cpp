#include "core/viewer/flow.h"

#include "core/viewer/widgets.h"

namespace zf::viewer {

Flow::Flow(const Ui& ui, float width) : ui_(&ui), width_(width), row_height_(control_height(ui)), origin_(ImGui::GetCursorScreenPos()) {}

Flow::~Flow() {
  ImGui::SetCursorScreenPos(origin_);
  ImGui::Dummy({width_, y_ + row_height_});
}

void Flow::next(float width) {
  if (x_ > 0 && x_ + width > width_) {
    x_ = 0;
    y_ += row_height_ + ui_->space(2);
  }
  ImGui::SetCursorScreenPos({origin_.x + x_, origin_.y + y_});
  x_ += width + ui_->space(3);
}

}  // namespace zf::viewer
