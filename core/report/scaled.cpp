#include "core/report/scaled.h"

#include <algorithm>
#include <cmath>

#include "core/figures/label.h"

namespace zf {

Picture scaled(const Picture& picture, int height) {
  constexpr int kSmoothFrom = 24;  // as on the page
  const int width = std::max(1, static_cast<int>(std::lround(static_cast<double>(picture.width) * height / picture.height)));
  if (picture.height >= kSmoothFrom) return resample(picture, width, height);
  return resample(enlarge(picture, (height + picture.height - 1) / picture.height), width, height);
}

Picture with_title(const Picture& picture, const std::string& title, const std::string& subtitle) {
  constexpr int kMargin = 14;
  const TextStyle large{18, kInk, Weight::kSemiBold};
  const TextStyle small{13, kSoftInk, Weight::kRegular};
  const int top = kMargin + line_height(large) + line_height(small) + 6;
  Picture sheet = make_picture(picture.width, picture.height + top);
  draw_text(sheet, shorten(title, sheet.width - 2 * kMargin, large), kMargin, kMargin, large);
  draw_text(sheet, shorten(subtitle, sheet.width - 2 * kMargin, small), kMargin, kMargin + line_height(large) + 2, small);
  blit(sheet, picture, 0, top);
  return sheet;
}

}  // namespace zf
