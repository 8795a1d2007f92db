// web_bench [threads]: milliseconds of a forward pass through half the paper's net on random weights, one image, as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <vector>

#include "core/nn/zoo.h"
#include "core/train/initialise.h"

namespace zf {
namespace {

constexpr int kWarmUp = 5;
constexpr int kRuns = 25;

double median_ms(const Net& net, const DeviceTensor& x) {
  const int last = logits_layer(net.network());
  Trace trace;
  std::vector<double> times;
  for (int i = 0; i < kWarmUp + kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    net.infer(x, trace, last);
    (void)net.backend().download(trace.output(last));
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  const auto middle = times.begin() + kWarmUp + kRuns / 2;
  std::nth_element(times.begin() + kWarmUp, middle, times.end());
  return *middle;
}

void run(int threads) {
  const auto backend = make_cpu_backend(threads);
  const Network network = zfnet({.size = 224, .width = 0.5, .fc = 1024, .classes = 10});
  const Net net(*backend, network, initialise(network, Initialisation::kHe, 1));
  Tensor image(network.input);
  for (std::size_t i = 0; i < image.size(); ++i) image.data()[i] = static_cast<float>(std::sin(static_cast<double>(i) * 12.9898) * 1.7);
  const DeviceTensor x = backend->upload(std::move(image));
  fmt::print("{{\"backend\":\"{}\",\"threads\":{},\"forward_1_ms\":{:.3f}}}\n", backend->description(), threads, median_ms(net, x));
}

}  // namespace
}  // namespace zf

int main(int argc, char** argv) {
  try {
    zf::run(argc == 2 ? std::atoi(argv[1]) : 2);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "web_bench: {}\n", error.what());
    return 1;
  }
}
