#include <utility>

#include "core/backend/reference.h"

namespace zf::reference {

namespace {

/// Weights (maps, channels/groups, kernel_h, kernel_w) as they came.
class RawFilters final : public Filters {
 public:
  using Filters::Filters;
  Tensor weight;
  Tensor bias;
};

Tensor host_copy(const DeviceTensor& tensor) { return {tensor.shape(), std::span<const float>(cpu::data(tensor), tensor.size())}; }

}  // namespace

void ReferenceBackend::do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec,
                               std::unique_ptr<Filters>& filters) {
  auto raw = std::make_unique<RawFilters>(spec, weight.shape().c * spec.groups);
  raw->weight = host_copy(weight);
  raw->bias = host_copy(bias);
  filters = std::move(raw);
}

void ReferenceBackend::do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) {
  const auto& raw = static_cast<const RawFilters&>(filters);
  const ConvSpec& spec = filters.spec();
  const View in(x);
  const View out(y);
  const int channels = raw.weight.shape().c;  // of a group
  for_each(out.shape, [&](int n, int m, int oy, int ox) {
    const int first = m / (spec.maps / spec.groups) * channels;
    double sum = finish != Finish::kNothing ? raw.bias.data()[m] : 0.0F;
    for (int c = 0; c < channels; ++c) {
      for (int ky = 0; ky < spec.kernel_h; ++ky) {
        for (int kx = 0; kx < spec.kernel_w; ++kx) {
          const int iy = oy * spec.stride - pad + ky * spec.dilation;
          const int ix = ox * spec.stride - pad + kx * spec.dilation;
          if (in.inside(iy, ix)) sum += static_cast<double>(raw.weight.at(m, c, ky, kx)) * static_cast<double>(in(n, first + c, iy, ix));
        }
      }
    }
    out(n, m, oy, ox) = static_cast<float>(finish == Finish::kBiasAndRelu && !(sum > 0) ? 0 : sum);
  });
}

void ReferenceBackend::do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) {
  const auto& raw = static_cast<const RawFilters&>(filters);
  const View in(x);
  const View out(y);
  for_each(out.shape, [&](int n, int m, int, int) {
    double sum = 0;
    for_each({1, in.shape.c, in.shape.h, in.shape.w}, [&](int, int c, int row, int column) {
      sum += static_cast<double>(raw.weight.at(m, c, at.y + row, at.x + column)) * static_cast<double>(in(n, c, row, column));
    });
    out(n, m, 0, 0) = static_cast<float>(sum);
  });
}

void ReferenceBackend::do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) {
  const Tensor& weight = static_cast<const RawFilters&>(filters).weight;
  const ConvSpec& spec = filters.spec();
  const View in(g);
  const View out(gx);
  const int maps = spec.maps / spec.groups;
  const int channels = weight.shape().c;
  for_each(out.shape, [&](int n, int c, int y, int x) {
    const Window from = window_of(g_at, n);
    const Window to = window_of(out_at, n);
    const int group = c / channels;
    double sum = 0;
    for (int ky = 0; ky < spec.kernel_h; ++ky) {
      for (int kx = 0; kx < spec.kernel_w; ++kx) {
        // The output that read pixel (to.y + y, to.x + x) through weight (ky, kx), where there is one.
        const int ty = to.y + y + spec.pad - ky * spec.dilation;
        const int tx = to.x + x + spec.pad - kx * spec.dilation;
        if (ty % spec.stride != 0 || tx % spec.stride != 0) continue;
        const int row = ty / spec.stride - from.y;
        const int column = tx / spec.stride - from.x;
        if (!in.inside(row, column)) continue;
        for (int m = group * maps; m < (group + 1) * maps; ++m) {
          sum += static_cast<double>(weight.at(m, c % channels, ky, kx)) * static_cast<double>(in(n, m, row, column));
        }
      }
    }
    out(n, c, y, x) = static_cast<float>(sum);
  });
}

}  // namespace zf::reference
