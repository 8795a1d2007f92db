// zfscope bench MODEL: the times of a model file, in the works that other programs can be compared in.
#include "native/cli/bench_model.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "core/analysis/occlusion.h"
#include "core/tensor/error.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

/// The least milliseconds of `runs` forward passes of `count` images, after one that warms up.
double forward_ms(const Net& net, int count, int runs) {
  Backend& backend = net.backend();
  const int logits = logits_layer(net.network());
  const DeviceTensor images = backend.upload(bench_images(count, net.network().input));
  Trace trace;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= runs; ++i) {
    const Clock::time_point start = Clock::now();
    net.forward(images, trace, logits);
    (void)backend.download(trace.output(logits));
    if (i > 0) least = std::min(least, ms_since(start));
  }
  return least;
}

double occlusion_ms(const Net& net, int size, int stride) {
  const Clock::time_point start = Clock::now();
  Occlusion job(net, bench_images(1, net.network().input), {.size = size, .stride = stride});
  zf::run(job);
  return ms_since(start);
}

}  // namespace

std::vector<std::string> model_works() { return {"open", "forward_1", "forward_32", "occlude_56_8"}; }

Tensor bench_images(int count, const Shape& input) {
  Tensor images = Tensor::uninitialised({count, input.c, input.h, input.w});
  const auto values = images.values();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(std::sin(static_cast<double>(i) * 12.9898) * 1.7);
  return images;
}

std::vector<ModelTiming> bench_model(const Options& options, const std::vector<std::string>& works, int runs) {
  const std::vector<std::string> known = model_works();
  for (const std::string& work : works) {
    if (std::find(known.begin(), known.end(), work) == known.end()) {
      fail("bench: expected --work to be of {}, found {}", fmt::join(known, ", "), work);
    }
  }
  const Clock::time_point start = Clock::now();
  const Session session = open_session(options);
  const Net& net = *session.net;
  {
    Trace trace;
    const int logits = logits_layer(net.network());
    net.forward(net.backend().upload(bench_images(1, net.network().input)), trace, logits);
    (void)net.backend().download(trace.output(logits));
  }
  const double open = ms_since(start);
  std::vector<ModelTiming> timings;
  for (const std::string& work : works) {
    if (work == "open") timings.push_back({work, open});
    if (work == "forward_1") timings.push_back({work, forward_ms(net, 1, runs)});
    if (work == "forward_32") timings.push_back({work, forward_ms(net, 32, runs)});
    if (work == "occlude_56_8") timings.push_back({work, occlusion_ms(net, 56, 8)});
  }
  return timings;
}

}  // namespace zf::cli
