// zfscope bench MODEL: the times of a model file, in the works that other programs can be compared in.
#include "native/cli/bench_model.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>

#include "core/analysis/occlusion.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

/// Time from when it is made.
class Watch {
 public:
  [[nodiscard]] double ms() const { return 1e3 * wall_.seconds(); }
  [[nodiscard]] double cpu_ms() const { return 1e3 * static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC; }

 private:
  Stopwatch wall_;
  std::clock_t cpu_ = std::clock();
};

/// The least of `runs` forward passes of `count` images, after one that warms up.
ModelTiming forward_time(const Net& net, const std::string& work, int count, int runs) {
  Backend& backend = net.backend();
  const int logits = logits_layer(net.network());
  const DeviceTensor images = backend.upload(bench_images(count, net.network().input));
  Trace trace;
  constexpr double kNone = std::numeric_limits<double>::infinity();
  ModelTiming least{work, kNone, kNone};
  for (int i = 0; i <= runs; ++i) {
    const Watch watch;
    net.infer(images, trace, logits);
    (void)backend.download(trace.output(logits));
    if (i == 0) continue;
    least.least_ms = std::min(least.least_ms, watch.ms());
    least.least_cpu_ms = std::min(least.least_cpu_ms, watch.cpu_ms());
  }
  return least;
}

ModelTiming occlusion_time(const Net& net, const std::string& work, int size, int stride) {
  const Watch watch;
  Occlusion job(net, bench_images(1, net.network().input), {.size = size, .stride = stride});
  zf::run(job);
  return {work, watch.ms(), watch.cpu_ms()};
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
  const Watch watch;
  const Session session = open_session(options);
  const Net& net = *session.net;
  {
    Trace trace;
    const int logits = logits_layer(net.network());
    net.infer(net.backend().upload(bench_images(1, net.network().input)), trace, logits);
    (void)net.backend().download(trace.output(logits));
  }
  const ModelTiming open{"open", watch.ms(), watch.cpu_ms()};
  std::vector<ModelTiming> timings;
  for (const std::string& work : works) {
    if (work == "open") timings.push_back(open);
    if (work == "forward_1") timings.push_back(forward_time(net, work, 1, runs));
    if (work == "forward_32") timings.push_back(forward_time(net, work, 32, runs));
    if (work == "occlude_56_8") timings.push_back(occlusion_time(net, work, 56, 8));
  }
  return timings;
}

}  // namespace zf::cli
