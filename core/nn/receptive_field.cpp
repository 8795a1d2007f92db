#include "core/nn/receptive_field.h"

#include <algorithm>
#include <cstdint>
#include <variant>

namespace zf {

namespace {

// Far beyond every image; a corner and a size that stop here still add up within an int.
constexpr std::int64_t kFar = 1 << 29;

int limited(std::int64_t corner) { return static_cast<int>(std::clamp(corner, -kFar, kFar)); }

/// The field of a unit whose window covers kernel x kernel units of the field `below`.
ReceptiveField widened(const ReceptiveField& below, int kernel, int stride, int pad) {
  const auto size = [&](int s) { return static_cast<int>(std::min(2 * kFar, s + (kernel - std::int64_t{1}) * below.step)); };
  ReceptiveField field;
  field.size = {size(below.size.h), size(below.size.w)};
  field.step = limited(std::int64_t{below.step} * stride);
  field.offset = limited(below.offset - std::int64_t{pad} * below.step);
  return field;
}

ReceptiveField above(const ReceptiveField& below, const LayerOp& op, Size image) {
  if (const auto* conv = std::get_if<ConvLayer>(&op)) return widened(below, conv->kernel, conv->stride, conv->pad);
  if (const auto* pool = std::get_if<MaxPoolLayer>(&op)) return widened(below, pool->spec.kernel, pool->spec.stride, pool->spec.pad);
  if (std::holds_alternative<LinearLayer>(op)) return {image, 0, 0};
  return below;
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
