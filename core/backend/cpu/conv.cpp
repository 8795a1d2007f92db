#include <vector>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/winograd.h"

namespace zf::cpu {

namespace {

/// Of a single tap that takes every element, a map's rows follow each other without a seam.
ConvColumns columns_of(const DeviceTensor& x, const ConvSpec& spec, int pad, Size out) {
  const Shape& in = x.shape();
  if (spec.extent() != Size{1, 1} || spec.stride != 1 || pad != 0) return {data(x), in, spec.stride, pad, out, spec.dilation};
  const auto plane = static_cast<int>(in.plane());
  return {data(x), {in.n, in.c, 1, plane}, 1, 0, {1, plane}};
}

bool covers(const ConvSpec& spec, int pad, const Shape& in) { return spec.groups == 1 && pad == 0 && spec.covers(in.map()); }

/// Whether the convolution's kernels know neither summands nor gaps.
bool ends_plainly(const DeviceTensor& x, const Filters& filters, int pad) {
  return covers(filters.spec(), pad, x.shape()) || depthwise(filters.spec(), x.shape().c);
}

}  // namespace

void CpuBackend::do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) {
  const float* bias = finish == Finish::kNothing ? nullptr : cpu_filters(filters).bias();
  convolve(x, filters, pad, y.shape().map(), {.bias = bias, .relu = finish == Finish::kBiasAndRelu, .y = data(y)});
}

void CpuBackend::do_conv_cut(const DeviceTensor& x, const Filters& filters, int pad, float ceiling, DeviceTensor& y) {
  convolve(x, filters, pad, y.shape().map(), {.bias = cpu_filters(filters).bias(), .relu = {true, ceiling}, .y = data(y)});
}

void CpuBackend::do_conv_add(const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& added, bool relu,
                             DeviceTensor& y) {
  if (ends_plainly(x, filters, pad)) return HostBackend::do_conv_add(x, filters, pad, added, relu, y);
  convolve(x, filters, pad, y.shape().map(), {.bias = cpu_filters(filters).bias(), .added = data(added), .relu = relu, .y = data(y)});
}

void CpuBackend::do_conv_into(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y, int first) {
  if (ends_plainly(x, filters, pad)) return HostBackend::do_conv_into(x, filters, pad, relu, y, first);
  const Shape& out = y.shape();
  convolve(x, filters, pad, out.map(),
           {.bias = cpu_filters(filters).bias(),
            .relu = relu,
            .y = data(y) + static_cast<std::size_t>(first) * out.plane(),
            .gap = static_cast<std::size_t>(out.c - filters.spec().maps) * out.plane()});
}

void CpuBackend::convolve(const DeviceTensor& x, const Filters& filters, int pad, Size out, const ConvEnd& end) {
  const CpuFilters& own = cpu_filters(filters);
  const ConvSpec& spec = filters.spec();
  const Shape& in = x.shape();
  if (covers(spec, pad, in)) return linear(context_, data(x), in.n, own, end.bias, end.relu, end.y);
  const ConvColumns columns = columns_of(x, spec, pad, out);
  if (depthwise(spec, in.c)) return conv_depthwise(context_, columns, own, end.bias, end.relu, end.y);
  if (own.winograd() != nullptr) {
    const WinogradConv job{own.winograd(), data(x), in, {-pad, -pad}, {in.n, spec.maps, out.h, out.w}, {}, end};
    constexpr double kPacked = 0.7;  // cycles, measured, per value
    const double rows = static_cast<double>(own.taps()) * filters.channels();
    const int places = round_up(columns.count(), panel_columns() / 2);
    const double direct = rows * (places * (own.group_maps() * product_cycles() + kPacked) + own.group_maps() * kWeightCycles);
    if (winograd_cycles(job) < direct) {
      own.prepare_winograd(context_);
      return winograd_conv(context_, job);
    }
  }
  if (has_few_columns(context_, columns, own)) return conv_few_columns(context_, columns, own, end);
  conv_direct(context_, columns, own, end);
}

void CpuBackend::do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) {
  const CpuFilters& own = cpu_filters(filters);
  const ConvSpec& spec = filters.spec();
  const Shape& in = x.shape();
  std::vector<int> columns;
  for (int c = 0; c < in.c; ++c) {
    for (int row = 0; row < in.h; ++row) {
      for (int column = 0; column < in.w; ++column) columns.push_back((c * spec.kernel_h + at.y + row) * spec.kernel_w + at.x + column);
    }
  }
  linear_columns(context_, data(x), in.n, own, columns, data(y));
}

}  // namespace zf::cpu
