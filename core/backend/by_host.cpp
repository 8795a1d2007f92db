// The operations that a backend need not have: made of those that it must have, or run on the host by the naive backend.
#include "core/backend/by_host.h"

#include <span>
#include <utility>

namespace zf {

void Backend::do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().lrn_backward(by.in(x), spec, by.in(g), g_at, result);
  by.out(result, gx);
}

void Backend::do_lrn_within(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().lrn(by.in(x), spec, result);
  by.out(result, y);
}

void Backend::do_lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, Windows out_at,
                                     DeviceTensor& gx) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().lrn_within_backward(by.in(x), spec, by.in(g), g_at, gx.shape().map(), out_at, result);
  by.out(result, gx);
}

void Backend::do_conv_cut(const DeviceTensor& x, const Filters& filters, int pad, float ceiling, DeviceTensor& y) {
  do_conv(x, filters, pad, Finish::kBiasAndRelu, y);
  do_activate(y, {.kind = Activation::Kind::kClip, .low = 0, .high = ceiling}, nullptr, y);
}

void Backend::do_conv_add(const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& added, bool relu, DeviceTensor& y) {
  DeviceTensor sums;
  resize(sums, y.shape());
  do_conv(x, filters, pad, Finish::kBias, sums);
  do_add(sums, added, relu, y);
}

void Backend::do_conv_into(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y, int first) {
  const Shape& out = y.shape();
  DeviceTensor maps;
  resize(maps, {out.n, filters.spec().maps, out.h, out.w});
  do_conv(x, filters, pad, relu ? Finish::kBiasAndRelu : Finish::kBias, maps);
  do_copy_maps(maps, 0, filters.spec().maps, y, first);
}

void Backend::do_maxima(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y) {
  DeviceSwitches switches;
  resize(switches, y.shape());
  do_max_pool(x, spec, y, switches);
}

/// As a convolution of the whole map, where the differences have their place among zeros.
void Backend::do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) {
  const ConvSpec& spec = filters.spec();
  const auto items = static_cast<std::size_t>(x.shape().n);
  DeviceTensor zeros;
  resize(zeros, {1, filters.channels(), spec.kernel_h, spec.kernel_w});
  fill(zeros, 0);
  DeviceTensor whole;
  gather_windows(zeros, std::vector<Window>(items), {spec.kernel_h, spec.kernel_w}, 0.0F, &x,
                 std::vector<Window>(items, Window{0, at.y, at.x}), whole);
  do_conv(whole, filters, 0, Finish::kNothing, y);
}

void Backend::do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                         DeviceTensor& y) {
  const ByHost by(*this);
  const DeviceTensor over = changed != nullptr ? by.in(*changed) : DeviceTensor{};
  DeviceTensor result;
  by.host().resize(result, y.shape());
  by.host().do_windows(by.in(x), at, overlay, changed != nullptr ? &over : nullptr, changed_at, result);
  by.out(result, y);
}

void Backend::do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().cover(by.in(x), at, y.shape().map(), square, squares, result);
  by.out(result, y);
}

void Backend::do_put(std::span<const Point> points, DeviceTensor& x) {
  const ByHost by(*this);
  DeviceTensor result = by.in(x);
  by.host().put(points, result);
  by.out(result, x);
}

void Backend::do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  const ByHost by(*this);
  DeviceTensor host_values;
  DeviceSwitches host_places;
  by.host().channel_max(by.in(x), host_values, host_places);
  by.out(host_values, values);
  by.out(host_places, places);
}

void Backend::do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().channel_sum(by.in(x), result);
  by.out(result, sums);
}

}  // namespace zf
