#include "core/viewer/tiles.h"

namespace zf::viewer {

Tiles::Tiles(Host& host, const Sheet& sheet, Sampling sampling) : inset_(sampling == Sampling::kSmooth ? 0.5F : 0.0F) {
  if (sheet.columns == 0) return;
  texture_ = Texture(host, sheet.picture, sampling);
  tile_ = sheet.tile(0);
  columns_ = sheet.columns;
}

void Tiles::draw(const Box& box, int k) const {
  const int row = k / columns_;
  const float left = static_cast<float>(k % columns_ * tile_.width) + inset_;
  const float top = static_cast<float>(row * tile_.height) + inset_;
  const float right = left + static_cast<float>(tile_.width) - 2 * inset_;
  const float bottom = top + static_cast<float>(tile_.height) - 2 * inset_;
  const auto w = static_cast<float>(texture_.width());
  const auto h = static_cast<float>(texture_.height());
  ImGui::GetWindowDrawList()->AddImage(texture_.id(), box.min(), box.max(), {left / w, top / h}, {right / w, bottom / h});
}

Sampling sampling_for(const Sheet& sheet) {
  constexpr int kSmoothFrom = 40;
  return sheet.tile_width < kSmoothFrom ? Sampling::kCrisp : Sampling::kSmooth;
}

}  // namespace zf::viewer
