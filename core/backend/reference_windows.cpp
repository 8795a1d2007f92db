// Windows, probes and training.
#include <algorithm>
#include <cmath>

#include "core/backend/dropout_mask.h"
#include "core/backend/reference.h"

namespace zf::reference {

namespace {

/// Calls body(value of the map, value of the change, element of y) for every element of windows y of x that changes are laid over;
/// null where there is no map or no change. A change outside of the map is none.
template <typename Body>
void for_each_laid(const DeviceTensor& x, Windows at, const DeviceTensor* changed, Windows changed_at, DeviceTensor& y, const Body& body) {
  const View in(x);
  const View out(y);
  for_each(out.shape, [&](int n, int c, int row, int column) {
    const Window window = at[static_cast<std::size_t>(n)];
    const int fy = window.y + row;
    const int fx = window.x + column;
    const float* map = in.inside(fy, fx) ? &in(window.image, c, fy, fx) : nullptr;
    const float* change = nullptr;
    if (changed != nullptr && map != nullptr) {
      const View over(*changed);
      const Window over_at = changed_at[static_cast<std::size_t>(n)];
      if (over.inside(fy - over_at.y, fx - over_at.x)) change = &over(n, c, fy - over_at.y, fx - over_at.x);
    }
    body(map, change, out(n, c, row, column));
  });
}

}  // namespace

void gather_windows(const DeviceTensor& x, Windows at, float outside, const DeviceTensor* changed, Windows changed_at, DeviceTensor& y) {
  for_each_laid(x, at, changed, changed_at, y, [&](const float* map, const float* change, float& to) {
    to = change != nullptr ? *change : map != nullptr ? *map : outside;
  });
}

void window_differences(const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at, DeviceTensor& y) {
  for_each_laid(x, at, &changed, changed_at, y,
                [](const float* map, const float* change, float& to) { to = change != nullptr ? *change - *map : 0.0F; });
}

void window_sums(const DeviceTensor& x, Windows at, const DeviceTensor& differences, Windows differences_at, bool relu, DeviceTensor& y) {
  for_each_laid(x, at, &differences, differences_at, y, [relu](const float* map, const float* difference, float& to) {
    const float sum = (map != nullptr ? *map : 0.0F) + (difference != nullptr ? *difference : 0.0F);
    to = relu && sum < 0 ? 0.0F : sum;
  });
}

void channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  const View in(x);
  const View top(values);
  const View top_at(places);
  for (int n = 0; n < in.shape.n; ++n) {
    for (int c = 0; c < in.shape.c; ++c) {
      const float* map = &in(n, c, 0, 0);
      const float* best = std::max_element(map, map + in.shape.plane());
      top(n, c, 0, 0) = *best;
      top_at(n, c, 0, 0) = static_cast<std::uint32_t>(best - map);
    }
  }
}

void dropout(float p, std::uint64_t seed, DeviceTensor& x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool kept = dropout_uniform(static_cast<std::uint32_t>(i), seed) >= p;
    float& value = cpu::data(x)[i];
    value = kept ? static_cast<float>(static_cast<double>(value) / (1 - static_cast<double>(p))) : 0.0F;
  }
}

void cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) {
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

void sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) {
  for (std::size_t i = 0; i < weight.size(); ++i) {
    float& v = cpu::data(velocity)[i];
    float& w = cpu::data(weight)[i];
    const double next = static_cast<double>(spec.momentum) * static_cast<double>(v) + static_cast<double>(cpu::data(gradient)[i]) +
                        static_cast<double>(spec.decay) * static_cast<double>(w);
    v = static_cast<float>(next);
    w = static_cast<float>(static_cast<double>(w) - static_cast<double>(spec.rate) * next);
  }
}

void limit_rms(float limit, DeviceTensor& weight) {
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
