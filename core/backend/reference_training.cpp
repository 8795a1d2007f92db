#include <algorithm>
#include <cmath>

#include "core/backend/dropout_mask.h"
#include "core/backend/reference.h"

namespace zf::reference {

void ReferenceBackend::do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                                               DeviceTensor& bias) {
  const View in(x);
  const View signal(g);
  const View out(weight);
  const Shape one_map{signal.shape.n, 1, signal.shape.h, signal.shape.w};
  for_each(out.shape, [&](int m, int c, int ky, int kx) {
    const int channel = m / (spec.maps / spec.groups) * out.shape.c + c;
    double sum = 0;
    for_each(one_map, [&](int n, int, int oy, int ox) {
      const int iy = oy * spec.stride - spec.pad + ky * spec.dilation;
      const int ix = ox * spec.stride - spec.pad + kx * spec.dilation;
      if (in.inside(iy, ix)) sum += static_cast<double>(signal(n, m, oy, ox)) * static_cast<double>(in(n, channel, iy, ix));
    });
    out(m, c, ky, kx) = static_cast<float>(sum);
  });
  for (int m = 0; m < spec.maps; ++m) {
    double sum = 0;
    for_each(one_map, [&](int n, int, int oy, int ox) { sum += static_cast<double>(signal(n, m, oy, ox)); });
    cpu::data(bias)[m] = static_cast<float>(sum);
  }
}

void ReferenceBackend::do_dropout(float p, std::uint64_t seed, std::uint32_t first, DeviceTensor& x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool kept = dropout_uniform(first + static_cast<std::uint32_t>(i), seed) >= p;
    float& value = cpu::data(x)[i];
    value = kept ? static_cast<float>(static_cast<double>(value) / (1 - static_cast<double>(p))) : 0.0F;
  }
}

void ReferenceBackend::do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) {
  const View in(logits);
  const View out(g);
  for (int n = 0; n < in.shape.n; ++n) {
    const int label = labels[static_cast<std::size_t>(n)];
    const double top = static_cast<double>(*std::max_element(&in(n, 0, 0, 0), &in(n, 0, 0, 0) + in.shape.c));
    double sum = 0;
    for (int c = 0; c < in.shape.c; ++c) sum += std::exp(static_cast<double>(in(n, c, 0, 0)) - top);
    cpu::data(loss)[n] = static_cast<float>(std::log(sum) + top - static_cast<double>(in(n, label, 0, 0)));
    for (int c = 0; c < in.shape.c; ++c) {
      const double p = std::exp(static_cast<double>(in(n, c, 0, 0)) - top) / sum;
      out(n, c, 0, 0) = static_cast<float>((p - (c == label ? 1 : 0)) / in.shape.n);
    }
  }
}

void ReferenceBackend::do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) {
  for (std::size_t i = 0; i < weight.size(); ++i) {
    float& v = cpu::data(velocity)[i];
    float& w = cpu::data(weight)[i];
    const double next = static_cast<double>(spec.momentum) * static_cast<double>(v) + static_cast<double>(cpu::data(gradient)[i]) +
                        static_cast<double>(spec.decay) * static_cast<double>(w);
    v = static_cast<float>(next);
    w = static_cast<float>(static_cast<double>(w) - static_cast<double>(spec.rate) * next);
  }
}

void ReferenceBackend::do_limit_rms(float limit, DeviceTensor& weight) {
  const std::size_t item = weight.shape().item();
  for (int n = 0; n < weight.shape().n; ++n) {
    float* filter = cpu::data(weight) + static_cast<std::size_t>(n) * item;
    double sum = 0;
    for (std::size_t i = 0; i < item; ++i) sum += static_cast<double>(filter[i]) * static_cast<double>(filter[i]);
    const double rms = std::sqrt(sum / static_cast<double>(item));
    if (!(rms > static_cast<double>(limit))) continue;
    for (std::size_t i = 0; i < item; ++i)
      filter[i] = static_cast<float>(static_cast<double>(filter[i]) * static_cast<double>(limit) / rms);
  }
}

}  // namespace zf::reference
