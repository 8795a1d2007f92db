#include "core/nn/receptive_field.h"

#include <algorithm>
#include <cstdint>
#include <variant>

#include "core/nn/stencil.h"

namespace zf {

namespace {

// Far beyond every image; a corner and a size that stop here still add up within an int.
constexpr std::int64_t kFar = 1 << 29;

int limited(std::int64_t corner) { return static_cast<int>(std::clamp(corner, -kFar, kFar)); }

/// The field of a unit that reads units of the field `below`.
ReceptiveField widened(const ReceptiveField& below, const Stencil& stencil) {
  const auto size = [&](int s) { return static_cast<int>(std::min(2 * kFar, s + (stencil.kernel - std::int64_t{1}) * below.step)); };
  ReceptiveField field;
  field.size = {size(below.size.h), size(below.size.w)};
  field.step = limited(std::int64_t{below.step} * stencil.stride);
  field.offset = limited(below.offset - std::int64_t{stencil.pad} * below.step);
  return field;
}

ReceptiveField above(const ReceptiveField& below, const LayerOp& op, Size image) {
  if (std::holds_alternative<LinearLayer>(op)) return {image, 0, 0};
  return widened(below, row_stencil(op, {}));  // kernels are square
}

}  // namespace

std::vector<ReceptiveField> receptive_fields(const Network& network) {
  std::vector<ReceptiveField> fields;
  ReceptiveField field;
  for (const Layer& layer : network.layers) fields.push_back(field = above(field, layer.op, network.input.map()));
  return fields;
}

PixelRect field_at(const ReceptiveField& field, int y, int x) {
  const auto corner = [&](int place) { return limited(field.offset + std::int64_t{place} * field.step); };
  return {corner(y), corner(x), field.size.h, field.size.w};
}

PixelRect clip(const PixelRect& rect, Size image) {
  const int top = std::clamp(rect.y, 0, image.h);
  const int left = std::clamp(rect.x, 0, image.w);
  return {top, left, std::clamp(rect.y + rect.h, top, image.h) - top, std::clamp(rect.x + rect.w, left, image.w) - left};
}

}  // namespace zf
