#include "tests/backend/conv_kernels_naive.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace zf::test {

namespace {

/// Calls visit(n, m, y, x, c, iy, ix, weight index) for every product of a convolution; iy and ix may lie outside the input.
template <typename Visit>
void for_each_product(int items, int channels, Size out, const ConvSpec& spec, const Visit& visit) {
  const int group_maps = spec.maps / spec.groups;
  const int group_channels = channels / spec.groups;
  for (int n = 0; n < items; ++n) {
    for (int m = 0; m < spec.maps; ++m) {
      for (int c = 0; c < group_channels; ++c) {
        for (int ky = 0; ky < spec.kernel_h; ++ky) {
          for (int kx = 0; kx < spec.kernel_w; ++kx) {
            for (int y = 0; y < out.h; ++y) {
              for (int x = 0; x < out.w; ++x) {
                visit(n, m, y, x, m / group_maps * group_channels + c, y * spec.stride + ky * spec.dilation - spec.pad,
                      x * spec.stride + kx * spec.dilation - spec.pad,
                      ((m * group_channels + c) * spec.kernel_h + ky) * spec.kernel_w + kx);
              }
            }
          }
        }
      }
    }
  }
}

[[nodiscard]] bool inside(int y, int x, const Shape& shape) { return y >= 0 && x >= 0 && y < shape.h && x < shape.w; }

[[nodiscard]] std::size_t index(const Shape& s, int n, int c, int y, int x) {
  return ((static_cast<std::size_t>(n) * s.c + c) * s.h + y) * s.w + x;
}

[[nodiscard]] Tensor to_tensor(const Shape& shape, const std::vector<double>& values) {
  Tensor tensor(shape);
  std::transform(values.begin(), values.end(), tensor.values().begin(), [](double v) { return static_cast<float>(v); });
  return tensor;
}

}  // namespace

Tensor naive_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvSpec& spec, bool relu) {
  const Shape& in = x.shape();
  const Size kernel = spec.extent();
  const Shape out{in.n, spec.maps, output_size(in.h, kernel.h, spec.stride, spec.pad), output_size(in.w, kernel.w, spec.stride, spec.pad)};
  std::vector<double> sums(out.size());
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<double>(bias.data()[i / out.plane() % out.c]);
  for_each_product(in.n, in.c, out.map(), spec, [&](int n, int m, int y, int x0, int c, int iy, int ix, int w) {
    if (inside(iy, ix, in))
      sums[index(out, n, m, y, x0)] += static_cast<double>(x.at(n, c, iy, ix)) * static_cast<double>(weight.data()[w]);
  });
  if (relu) std::transform(sums.begin(), sums.end(), sums.begin(), [](double v) { return std::max(v, 0.0); });
  return to_tensor(out, sums);
}

Tensor naive_conv_transpose(const Tensor& g, Windows g_at, const Tensor& weight, const ConvSpec& spec, int channels, Size out,
                            Windows out_at) {
  const Shape shape{g.shape().n, channels, out.h, out.w};
  std::vector<double> sums(shape.size());
  for_each_product(shape.n, channels, g.shape().map(), spec, [&](int n, int m, int y, int x, int c, int iy, int ix, int w) {
    if (!g_at.empty()) {
      const auto k = static_cast<std::size_t>(n);
      iy += g_at[k].y * spec.stride - out_at[k].y;
      ix += g_at[k].x * spec.stride - out_at[k].x;
    }
    if (inside(iy, ix, shape))
      sums[index(shape, n, c, iy, ix)] += static_cast<double>(g.at(n, m, y, x)) * static_cast<double>(weight.data()[w]);
  });
  return to_tensor(shape, sums);
}

Tensor naive_weight_gradient(const Tensor& x, const Tensor& g, const ConvSpec& spec) {
  const Shape shape{spec.maps, x.shape().c / spec.groups, spec.kernel_h, spec.kernel_w};
  std::vector<double> sums(shape.size());
  for_each_product(x.shape().n, x.shape().c, g.shape().map(), spec, [&](int n, int m, int y, int x0, int c, int iy, int ix, int w) {
    if (inside(iy, ix, x.shape()))
      sums[static_cast<std::size_t>(w)] += static_cast<double>(x.at(n, c, iy, ix)) * static_cast<double>(g.at(n, m, y, x0));
  });
  return to_tensor(shape, sums);
}

Tensor naive_bias_gradient(const Tensor& g) {
  const Shape& shape = g.shape();
  std::vector<double> sums(static_cast<std::size_t>(shape.c));
  for (std::size_t i = 0; i < g.size(); ++i) sums[i / shape.plane() % shape.c] += static_cast<double>(g.data()[i]);
  return to_tensor({1, shape.c, 1, 1}, sums);
}

double normalised_error(const Tensor& found, const Tensor& expected) {
  if (found.shape() != expected.shape()) return INFINITY;
  double worst = 0;
  double largest = 1e-30;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double difference = std::abs(static_cast<double>(found.data()[i]) - static_cast<double>(expected.data()[i]));
    worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    largest = std::max(largest, std::abs(static_cast<double>(expected.data()[i])));
  }
  return worst / largest;
}

Tensor random_tensor(const Shape& shape, unsigned seed, double zeros) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  Tensor tensor(shape);
  for (float& value : tensor.values()) {
    const double magnitude = 2 * uniform() - 1;
    value = uniform() < zeros ? 0.0F : static_cast<float>(magnitude);
  }
  return tensor;
}

}  // namespace zf::test
