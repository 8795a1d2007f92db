#include "native/backends/pace_of_backend.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace zf {

double seconds_of_convolution(Backend& backend) {
  using Clock = std::chrono::steady_clock;
  constexpr int kMaps = 256;
  constexpr int kRuns = 3;
  const ConvSpec spec{.maps = kMaps, .kernel_h = 3, .kernel_w = 3, .stride = 1, .pad = 1};
  const Tensor images({8, kMaps, 13, 13}, 0.5F);
  DeviceTensor x;
  DeviceTensor y;
  std::unique_ptr<Filters> filters;
  backend.pack(backend.upload(Tensor({kMaps, kMaps, 3, 3}, 0.01F)), backend.upload(Tensor({1, kMaps, 1, 1})), spec, filters);
  double least = std::numeric_limits<double>::infinity();
  for (int run = 0; run <= kRuns; ++run) {
    const auto start = Clock::now();
    backend.upload(images, x);
    backend.conv(x, *filters, spec.pad, true, y);
    (void)backend.download(y, 0, 1);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (run > 0) least = std::min(least, seconds);
  }
  return least;
}

}  // namespace zf
