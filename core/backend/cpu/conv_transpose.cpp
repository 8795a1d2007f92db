#include <algorithm>
#include <limits>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/conv_sparse_kernel.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/winograd.h"

namespace zf::cpu {

namespace {

[[nodiscard]] bool same_everywhere(const Origins& origins, int items) {
  for (int k = 1; k < items; ++k) {
    if (origins.at(k) != origins.at(0)) return false;
  }
  return true;
}

/// Winograd's job where all items have one origin.
[[nodiscard]] WinogradConv winograd_job(const DeviceTensor& g, const CpuFilters& filters, Origin origin, const DeviceTensor& gx) {
  const int stride = filters.spec().stride;
  const Origin first{divide_down(-origin.y, stride), divide_down(-origin.x, stride)};
  return {filters.winograd_transposed(),
          data(g),
          g.shape(),
          first,
          gx.shape(),
          {first.y * stride + origin.y, first.x * stride + origin.x},
          {.y = data(gx)}};
}

/// The share of g that is not zero, from a sample of its planes.
[[nodiscard]] double density(const DeviceTensor& g) {
  constexpr std::size_t kSample = 1 << 16;
  const Shape& shape = g.shape();
  const std::size_t planes = static_cast<std::size_t>(shape.n) * shape.c;
  // An odd step, so that the sample does not keep to some maps.
  const std::size_t step = std::max<std::size_t>(1, g.size() / kSample) | 1;
  double sampled = 0;
  double found = 0;
  for (std::size_t plane = 0; plane < planes; plane += step) {
    found += count_signals(data(g) + plane * shape.plane(), static_cast<int>(shape.plane()));
    sampled += static_cast<double>(shape.plane());
  }
  return found / sampled;
}

}  // namespace

void CpuBackend::do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) {
  const ConvSpec& spec = filters.spec();
  const CpuFilters& own = cpu_filters(filters);
  const Shape& in = g.shape();
  const Origins origins{g_at, out_at, spec.stride, spec.pad};
  if (depthwise(spec, filters.channels())) return conv_transpose_depthwise(context_, data(g), in, origins, own, data(gx), gx.shape());
  const bool same = same_everywhere(origins, in.n);
  if (same && spec.groups == 1 && in.plane() == 1 && spec.covers(gx.shape().map()) && origins.at(0) == Origin{}) {
    return linear_transpose(context_, data(g), in.n, own, data(gx));
  }
  // Cycles, measured, as in winograd_cycles: a signal's product with a weight, and what comes with each place.
  const double dense_product = product_cycles();
  const double sparse_product = 1.5 * dense_product;
  constexpr double kScattered = 1.0;
  const double places = static_cast<double>(in.n) * static_cast<double>(in.plane());
  const double products = places * own.taps() * own.group_maps() * filters.channels();
  const double direct = products * dense_product + places * own.taps() * filters.channels() * kScattered;
  const double sparse = density(g) * products * sparse_product + places * (own.taps() * filters.channels() * 0.3 + in.c * 2.0);
  double winograd = std::numeric_limits<double>::infinity();
  WinogradConv job;
  if (same && own.winograd_transposed() != nullptr) {
    job = winograd_job(g, own, origins.at(0), gx);
    winograd = winograd_cycles(job);
  }
  if (sparse < std::min(direct, winograd)) return conv_transpose_sparse(context_, data(g), in, origins, own, data(gx), gx.shape());
  if (direct < winograd) return conv_transpose_direct(context_, data(g), in, origins, own, data(gx), gx.shape());
  own.prepare_winograd_transposed(context_);
  winograd_conv(context_, job);
}

}  // namespace zf::cpu
