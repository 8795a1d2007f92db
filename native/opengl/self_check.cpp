#include "native/opengl/self_check.h"

#include <algorithm>
#include <cmath>

#include "core/backend/device_error.h"

namespace zf::opengl {

namespace {

// Odd everywhere, so that tiles of 8, vectors of 4 and phases of the stride all have rests.
constexpr ConvSpec kSpec{.maps = 9, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 1};
constexpr Shape kIn{1, 5, 7, 9};
constexpr Shape kOut{1, 9, 4, 5};

/// Small whole numbers, of which float sums are exact.
[[nodiscard]] Tensor numbers(const Shape& shape, int seed) {
  Tensor tensor(shape);
  int state = seed;
  for (float& value : tensor.values()) {
    state = (state * 75 + 74) % 65537;
    value = static_cast<float>(state % 15 - 7);
  }
  return tensor;
}

/// Calls body(map, out row, out column, channel, tap row, tap column, in row, in column) for every product of the convolution.
template <typename Body>
void for_products(const Body& body) {
  for (int m = 0; m < kOut.c; ++m) {
    for (int oy = 0; oy < kOut.h; ++oy) {
      for (int ox = 0; ox < kOut.w; ++ox) {
        for (int c = 0; c < kIn.c; ++c) {
          for (int ky = 0; ky < kSpec.kernel_h; ++ky) {
            for (int kx = 0; kx < kSpec.kernel_w; ++kx) {
              const int iy = oy * kSpec.stride - kSpec.pad + ky;
              const int ix = ox * kSpec.stride - kSpec.pad + kx;
              if (iy >= 0 && iy < kIn.h && ix >= 0 && ix < kIn.w) body(m, oy, ox, c, ky, kx, iy, ix);
            }
          }
        }
      }
    }
  }
}

[[nodiscard]] std::size_t place(const Shape& shape, int c, int y, int x) {
  return static_cast<std::size_t>((c * shape.h + y) * shape.w + x);
}

}  // namespace

void expect_close(const char* what, std::span<const float> found, std::span<const double> expected) {
  double scale = 1;
  for (const double value : expected) scale = std::max(scale, std::abs(value));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(static_cast<double>(found[i]) - expected[i]);
    if (difference <= 1e-5 * scale) continue;
    device_failed("opengl: expected {} at element {} of {}, found {}: the driver computes wrongly, use another backend or update it",
                  expected[i], i, what, found[i]);
  }
}

void check_convolutions(Backend& backend) {
  const Tensor x = numbers(kIn, 1);
  const Tensor g = numbers(kOut, 2);
  const Tensor weight = numbers({kSpec.maps, kIn.c, kSpec.kernel_h, kSpec.kernel_w}, 3);
  const Tensor bias = numbers({1, kSpec.maps, 1, 1}, 4);
  DeviceTensor weight_there;
  DeviceTensor bias_there;
  DeviceTensor there;
  DeviceTensor result;
  std::unique_ptr<Filters> filters;
  backend.upload(weight, weight_there);
  backend.upload(bias, bias_there);
  backend.pack(weight_there, bias_there, kSpec, filters);

  std::vector<double> forward(kOut.size());
  for (std::size_t i = 0; i < forward.size(); ++i) forward[i] = static_cast<double>(bias.values()[i / kOut.plane()]);
  std::vector<double> backward(kIn.size());
  for_products([&](int m, int oy, int ox, int c, int ky, int kx, int iy, int ix) {
    const double w = static_cast<double>(weight.at(m, c, ky, kx));
    forward[place(kOut, m, oy, ox)] += w * static_cast<double>(x.at(0, c, iy, ix));
    backward[place(kIn, c, iy, ix)] += w * static_cast<double>(g.at(0, m, oy, ox));
  });

  backend.upload(x, there);
  backend.conv(there, *filters, kSpec.pad, false, result);
  expect_close("a convolution", backend.download(result).values(), forward);
  backend.upload(g, there);
  backend.conv_transpose(there, {}, *filters, kIn.map(), {}, result);
  expect_close("a transposed convolution", backend.download(result).values(), backward);
}

}  // namespace zf::opengl
