#include "core/nn/receptive_field.h"

#include <algorithm>
#include <cstdint>

#include "core/nn/graph.h"
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

/// The field of a unit that reads one unit of each field.
ReceptiveField joined(const ReceptiveField& a, const ReceptiveField& b, const ReceptiveField& whole) {
  if (a == b) return a;
  if (a.step != b.step) return whole;
  const auto axis = [&](int size_a, int size_b, int first) { return std::max(a.offset + size_a, b.offset + size_b) - first; };
  ReceptiveField field = a;
  field.offset = std::min(a.offset, b.offset);
  field.size = {axis(a.size.h, b.size.h, field.offset), axis(a.size.w, b.size.w, field.offset)};
  return field;
}

}  // namespace

std::vector<ReceptiveField> receptive_fields(const Network& network) {
  const Graph graph(network);
  const ReceptiveField whole{network.input.map(), 0, 0};
  std::vector<ReceptiveField> fields;
  for (int i = 0; i < graph.layers(); ++i) {
    const LayerOp& op = network.layers[static_cast<std::size_t>(i)].op;
    ReceptiveField field;
    for (std::size_t k = 0; k < graph.inputs(i).size(); ++k) {
      const int value = graph.inputs(i)[k];
      const ReceptiveField below = value == kPicture ? ReceptiveField{} : fields[static_cast<std::size_t>(value)];
      const bool sees_all = sees_whole_map(op, static_cast<int>(k));
      const ReceptiveField reached = sees_all ? whole : widened(below, row_stencil(op, {}));  // other kernels are square
      field = k == 0 ? reached : joined(field, reached, whole);
    }
    fields.push_back(field);
  }
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
