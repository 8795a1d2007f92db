#include "core/exchange/onnx_window.h"

#include <algorithm>
#include <limits>

#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

constexpr std::int64_t kMaxSide = 1 << 14;

/// An attribute of one number an axis.
std::vector<std::int64_t> along_axes(const Node& node, std::string_view key, std::size_t axes, std::int64_t least) {
  std::vector<std::int64_t> values = node.integers(key);
  if (values.empty()) values.assign(axes, 1);
  if (values.size() != axes) fail("{}: expected {} numbers, found {}", key, axes, values.size());
  for (const std::int64_t value : values) {
    if (value < least || value > kMaxSide) fail("{}: expected {} to {}, found {}", key, least, kMaxSide, value);
  }
  return values;
}

std::int64_t extent(const Sliding& s, std::size_t axis) { return (s.kernel[axis] - 1) * s.dilation[axis] + 1; }

void read_pads(const Node& node, const Dims& in, Sliding& s) {
  const std::size_t axes = s.kernel.size();
  const std::string automatic = node.text("auto_pad", "NOTSET");
  s.begin.assign(axes, 0);
  s.end.assign(axes, 0);
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    for (std::size_t i = 0; i < axes; ++i) {
      const std::int64_t out = (in[i + 2] - 1) / s.stride[i] + 1;
      const std::int64_t whole = std::max<std::int64_t>(0, (out - 1) * s.stride[i] + extent(s, i) - in[i + 2]);
      s.begin[i] = automatic == "SAME_UPPER" ? whole / 2 : whole - whole / 2;
      s.end[i] = whole - s.begin[i];
    }
    return;
  }
  if (automatic == "VALID" || node.attribute("pads") == nullptr) return;
  if (automatic != "NOTSET" && !automatic.empty()) fail("auto_pad: expected NOTSET, SAME_UPPER, SAME_LOWER or VALID, found another");
  const std::vector<std::int64_t> pads = node.integers("pads");
  if (pads.size() != 2 * axes) fail("pads: expected {} numbers, found {}", 2 * axes, pads.size());
  for (std::size_t i = 0; i < axes; ++i) {
    s.begin[i] = pads[i];
    s.end[i] = pads[i + axes];
    if (std::min(s.begin[i], s.end[i]) < 0 || std::max(s.begin[i], s.end[i]) > kMaxSide)
      fail("pads: expected 0 to {}, found others", kMaxSide);
  }
}

}  // namespace

Sliding sliding(const Node& node, const Dims& in, const Dims* weights) {
  if (in.size() < 3) fail("expected maps, found {}", to_string(in));
  const std::size_t axes = in.size() - 2;
  Sliding s;
  if (weights != nullptr && weights->size() != in.size())
    fail("expected weights of {} dimensions, found {}", in.size(), to_string(*weights));
  if (weights != nullptr) {
    s.kernel.assign(weights->begin() + 2, weights->end());
    for (const std::int64_t side : s.kernel) {
      if (side < 1 || side > kMaxSide) fail("expected a kernel of 1 to {}, found {}", kMaxSide, side);
    }
  } else {
    s.kernel = along_axes(node, "kernel_shape", axes, 1);
  }
  s.stride = along_axes(node, "strides", axes, 1);
  s.dilation = along_axes(node, "dilations", axes, 1);
  s.ceil = node.integer("ceil_mode", 0) != 0;
  read_pads(node, in, s);
  for (std::size_t i = 0; i < axes; ++i) {
    const std::int64_t room = in[i + 2] + s.begin[i] + s.end[i] - extent(s, i);
    if (room < 0) fail("nothing is left of its input {}", to_string(in));
    std::int64_t out = (room + (s.ceil ? s.stride[i] - 1 : 0)) / s.stride[i] + 1;
    // As PyTorch: a window never starts in the padding behind.
    if (s.ceil && (out - 1) * s.stride[i] >= in[i + 2] + s.begin[i]) --out;
    s.out.push_back(out);
  }
  return s;
}

}  // namespace zf::onnx
