// Once warm, the path from an image to its projection takes no memory from the heap.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace {

std::atomic<int> allocations{0};

void* counted(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) { return counted(bytes, static_cast<std::size_t>(alignment)); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace zf::testing {
namespace {

constexpr ConvSpec kConv1{.maps = 24, .kernel_h = 7, .kernel_w = 7, .stride = 2, .pad = 1};
constexpr ConvSpec kConv2{.maps = 32, .kernel_h = 3, .kernel_w = 3, .pad = 1};
constexpr PoolSpec kPool{.kernel = 3, .stride = 2, .pad = 1};

/// A small network with everything that a forward pass, a windowed projection and an occlusion use.
class Path {
 public:
  explicit Path(Backend& backend) : b(backend), x(upload(backend, random_tensor({1, 3, 66, 66}, 1))) {
    pack(conv1, kConv1, {24, 3, 7, 7});
    pack(conv2, kConv2, {32, 24, 3, 3});
    pack(fc, {.maps = 10, .kernel_h = 16, .kernel_w = 16}, {10, 32, 16, 16});
  }

  void run() {
    b.conv(x, *conv1, 1, true, y1);
    b.max_pool(y1, kPool, p1, switches);
    b.lrn(p1, {}, n1);
    b.conv(n1, *conv2, 1, true, y2);
    b.conv(y2, *fc, 0, false, logits);
    b.softmax(logits, probabilities);
    b.channel_max(y2, top, places);

    b.conv_transpose(y2, {}, *conv2, n1.shape().map(), {}, g);
    b.lrn_backward(p1, {}, g, {}, gp);
    b.relu_backward(Rule::kGuided, p1, {}, gp);
    b.unpool(gp, {}, switches, kPool, y1.shape().map(), y1.shape().map(), {}, gy);
    b.relu_backward(Rule::kDeconvnet, y1, {}, gy);
    b.conv_transpose(gy, {}, *conv1, x.shape().map(), {}, gx);

    b.gather_windows(x, squares, {9, 9}, 0.0F, nullptr, {}, covered);
    b.window_differences(x, squares, {9, 9}, covered, squares, differences);
    b.window_sums(x, squares, {9, 9}, differences, squares, true, sums);
    b.gather_windows(y2, squares, {5, 5}, 0.0F, nullptr, {}, windows);
    b.conv(windows, *filters_of_windows(), 0, true, y_windows);
  }

 private:
  void pack(std::unique_ptr<Filters>& filters, const ConvSpec& spec, const Shape& weight) {
    b.pack(upload(b, random_tensor(weight, 2)), upload(b, random_tensor({1, spec.maps, 1, 1}, 3)), spec, filters);
  }
  [[nodiscard]] const Filters* filters_of_windows() {
    if (after == nullptr) pack(after, {.maps = 8, .kernel_h = 3, .kernel_w = 3, .pad = 1}, {8, 32, 3, 3});
    return after.get();
  }

  Backend& b;
  DeviceTensor x, y1, p1, n1, y2, logits, probabilities, top, g, gp, gy, gx, covered, differences, sums, windows, y_windows;
  DeviceSwitches switches, places;
  std::unique_ptr<Filters> conv1, conv2, fc, after;
  std::vector<Window> squares = {{0, 0, 0}, {0, -2, 9}, {0, 11, 13}};
};

class Allocations : public ::testing::TestWithParam<NamedBackend> {};

TEST_P(Allocations, NoneOnceWarm) {
  Path path(GetParam().instance());
  // A thread that got no work so far grows its scratch when it first gets some, so look for one clean run among many.
  int fewest = 1;
  for (int i = 0; i < 30 && fewest > 0; ++i) {
    const int before = allocations;
    path.run();
    fewest = allocations - before;
  }
  EXPECT_EQ(fewest, 0);
}

const std::vector<NamedBackend> kCpu = {
    {"cpu1", [] { return make_cpu_backend(1); }},
    {"cpu3", [] { return make_cpu_backend(3); }},
};

INSTANTIATE_TEST_SUITE_P(All, Allocations, ::testing::ValuesIn(kCpu), BackendName());

}  // namespace
}  // namespace zf::testing
