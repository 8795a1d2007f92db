#pragma once

#include <utility>

#include "core/backend/backend.h"
#include "core/tensor/error.h"

/// What Backend's public functions refuse. Each throws Error "[op] expected ..., found ...".
namespace zf::checks {

inline void expect_same(const char* op, const char* what, const Shape& expected, const Shape& found) {
  if (expected != found) fail("[{}] expected {} {}, found {}", op, what, to_string(expected), to_string(found));
}

/// An output that shares no memory with an input.
template <typename In, typename Out>
void expect_apart(const char* op, const DeviceBuffer<In>& in, const DeviceBuffer<Out>& out) {
  if (!in.empty() && !out.empty() && &in.storage() == &out.storage()) {
    fail("[{}] expected an output apart from its inputs, found one that shares their memory", op);
  }
}

/// A signal on windows must have an item a window, of images the trace has.
inline void expect_windows(const char* op, Windows at, int items, int images) {
  if (at.empty()) {
    if (items != images) fail("[{}] expected {} items without windows, found {}", op, images, items);
    return;
  }
  if (std::cmp_not_equal(at.size(), items)) fail("[{}] expected {} windows, found {}", op, items, at.size());
  for (const Window& window : at) {
    if (window.image >= 0 && window.image < images) continue;
    fail("[{}] expected windows of images below {}, found image {}", op, images, window.image);
  }
}

/// As many output windows as windows of the signal, and one an item where there are any.
inline void expect_paired(const char* op, Windows g_at, Windows out_at, int items) {
  if (g_at.size() != out_at.size()) fail("[{}] expected {} output windows, found {}", op, g_at.size(), out_at.size());
  if (!g_at.empty() && std::cmp_not_equal(g_at.size(), items)) fail("[{}] expected {} windows, found {}", op, items, g_at.size());
}

/// The size of windows that an operation writes.
inline void expect_size(const char* op, Size size) {
  if (size.h < 1 || size.w < 1) fail("[{}] expected an output of at least 1x1, found {}x{}", op, size.h, size.w);
}

/// Windows of x's images, at least one, that become y.
inline void expect_gathered(const char* op, const DeviceTensor& x, Windows at, Size size, const DeviceTensor& y) {
  expect_apart(op, x, y);
  expect_size(op, size);
  if (at.empty()) fail("[{}] expected at least 1 window, found none", op);
  expect_windows(op, at, static_cast<int>(at.size()), x.shape().n);
}

/// Changes that are laid over such windows, one each.
inline void expect_laid(const char* op, const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at,
                        const DeviceTensor& y) {
  expect_apart(op, changed, y);
  const Shape& c = changed.shape();
  expect_same(op, "changes", {static_cast<int>(at.size()), x.shape().c, c.h, c.w}, c);
  if (changed_at.size() != at.size()) fail("[{}] expected {} places of changes, found {}", op, at.size(), changed_at.size());
}

inline void expect_maps(const char* op, const char* what, int maps, int first, int count) {
  if (first >= 0 && count >= 0 && first <= maps && count <= maps - first) return;
  fail("[{}] expected {} within {} maps, found {} from map {} on", op, what, maps, count, first);
}

inline void expect_pool(const char* op, const PoolSpec& spec) {
  if (spec.kernel >= 1 && spec.stride >= 1 && spec.pad >= 0 && spec.pad < spec.kernel) return;
  fail("[{}] expected kernel and stride of at least 1 and 0 <= pad < kernel, found kernel {} stride {} pad {}", op, spec.kernel,
       spec.stride, spec.pad);
}

inline void expect_average_pool(const char* op, const AveragePoolSpec& spec) {
  const Size& kernel = spec.kernel;
  if (kernel.h >= 1 && kernel.w >= 1 && spec.stride >= 1 && spec.pad >= 0 && spec.pad < kernel.h && spec.pad < kernel.w) return;
  fail("[{}] expected kernel and stride of at least 1 and 0 <= pad < kernel, found kernel {}x{} stride {} pad {}", op, kernel.h, kernel.w,
       spec.stride, spec.pad);
}

inline void expect_lrn(const char* op, const LrnSpec& spec) {
  if (spec.size >= 1 && spec.size % 2 == 1 && spec.k > 0 && spec.alpha >= 0) return;
  fail("[{}] expected an odd size, k above 0 and alpha of at least 0, found size {} k {} alpha {}", op, spec.size, spec.k, spec.alpha);
}

inline void expect_conv(const char* op, const ConvSpec& spec) {
  if (spec.maps >= 1 && spec.kernel_h >= 1 && spec.kernel_w >= 1 && spec.stride >= 1 && spec.pad >= 0 && spec.groups >= 1 &&
      spec.maps % spec.groups == 0 && spec.dilation >= 1) {
    return;
  }
  fail("[{}] expected positive sizes and maps divisible by groups, found maps {} kernel {}x{} stride {} pad {} groups {} dilation {}", op,
       spec.maps, spec.kernel_h, spec.kernel_w, spec.stride, spec.pad, spec.groups, spec.dilation);
}

/// The output of a convolution of x.
[[nodiscard]] inline Shape conv_shape(const char* op, const Shape& x, const ConvSpec& spec) {
  const Size kernel = spec.extent();
  const Shape y{x.n, spec.maps, output_size(x.h, kernel.h, spec.stride, spec.pad), output_size(x.w, kernel.w, spec.stride, spec.pad)};
  if (x.h >= 1 && x.w >= 1 && y.h >= 1 && y.w >= 1) return y;
  fail("[{}] expected maps that a {}x{} kernel with padding {} fits, found {}", op, kernel.h, kernel.w, spec.pad, to_string(x));
}

/// The output of pooling x.
[[nodiscard]] inline Shape pool_shape(const char* op, const Shape& x, const PoolSpec& spec) {
  const Shape y{x.n, x.c, output_size(x.h, spec.kernel, spec.stride, spec.pad, spec.ceil),
                output_size(x.w, spec.kernel, spec.stride, spec.pad, spec.ceil)};
  if (x.h >= 1 && x.w >= 1 && y.h >= 1 && y.w >= 1) return y;
  fail("[{}] expected maps that a {}x{} kernel with padding {} fits, found {}", op, spec.kernel, spec.kernel, spec.pad, to_string(x));
}

/// The output of average pooling of x.
[[nodiscard]] inline Shape pool_shape(const char* op, const Shape& x, const AveragePoolSpec& spec) {
  const Shape y{x.n, x.c, output_size(x.h, spec.kernel.h, spec.stride, spec.pad, spec.ceil),
                output_size(x.w, spec.kernel.w, spec.stride, spec.pad, spec.ceil)};
  if (x.h >= 1 && x.w >= 1 && y.h >= 1 && y.w >= 1) return y;
  fail("[{}] expected maps that a {}x{} kernel with padding {} fits, found {}", op, spec.kernel.h, spec.kernel.w, spec.pad, to_string(x));
}

}  // namespace zf::checks
