// A change in a rectangle, carried through layers on windows only, gives exactly the part of the whole result that changed.
#include <algorithm>
#include <limits>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

constexpr int kMaps = 6;
constexpr ConvSpec kConv{.maps = kMaps, .kernel_h = 3, .kernel_w = 3, .pad = 1};
constexpr PoolSpec kPool{.kernel = 3, .stride = 2, .pad = 1};

/// The window, of one size for all, of outputs that `changed` (h x w = size) reaches along one axis.
struct Reach {
  int at;
  int size;
};

Reach reach(int at, int size, int kernel, int stride, int pad) {
  const auto ceil_div = [stride](int a) { return a >= 0 ? (a + stride - 1) / stride : -(-a / stride); };
  const int first = ceil_div(at + pad - kernel + 1);
  return {first, (size + kernel - 2) / stride + 1};
}

class Incremental : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

/// Layers conv, ReLU, pool, conv on whole maps.
struct Layers {
  std::unique_ptr<Filters> first;
  std::unique_ptr<Filters> second;
};

struct Trace {
  DeviceTensor conv1, pool1, conv2;
  DeviceSwitches switches;
};

Layers make_layers(Backend& backend) {
  Layers layers;
  backend.pack(upload(backend, random_tensor({kMaps, 3, 3, 3}, 1)), upload(backend, random_tensor({1, kMaps, 1, 1}, 2)), kConv,
               layers.first);
  backend.pack(upload(backend, random_tensor({kMaps, kMaps, 3, 3}, 3)), upload(backend, random_tensor({1, kMaps, 1, 1}, 4)), kConv,
               layers.second);
  return layers;
}

Trace run(Backend& backend, const Layers& layers, const DeviceTensor& x) {
  Trace trace;
  backend.conv(x, *layers.first, 1, true, trace.conv1);
  backend.max_pool(trace.conv1, kPool, trace.pool1, trace.switches);
  backend.conv(trace.pool1, *layers.second, 1, true, trace.conv2);
  return trace;
}

/// One layer on windows: gathers what `changed` reaches from the clean maps, runs `op` on it and moves `at` and `size` on.
template <typename Op>
void step(Backend& backend, const DeviceTensor& clean, int kernel, int stride, int pad, float outside, std::vector<Window>& at, Size& size,
          DeviceTensor& changed, const Op& op) {
  std::vector<Window> next = at;
  std::vector<Window> from = at;
  for (std::size_t k = 0; k < at.size(); ++k) {
    next[k].y = reach(at[k].y, size.h, kernel, stride, pad).at;
    next[k].x = reach(at[k].x, size.w, kernel, stride, pad).at;
    from[k].y = next[k].y * stride - pad;
    from[k].x = next[k].x * stride - pad;
  }
  const Size out{reach(0, size.h, kernel, stride, pad).size, reach(0, size.w, kernel, stride, pad).size};
  DeviceTensor gathered;
  const Size in{(out.h - 1) * stride + kernel, (out.w - 1) * stride + kernel};
  backend.gather_windows(clean, from, in, outside, &changed, at, gathered);
  op(gathered, changed);
  at = next;
  size = out;
}

TEST_P(Incremental, WindowsEqualTheWhole) {
  const Shape image{1, 3, 24, 21};
  const DeviceTensor x = upload(tested, random_tensor(image, 5));
  const Layers layers = make_layers(tested);
  const Trace clean = run(tested, layers, x);

  // Squares inside, in corners and hanging over.
  std::vector<Window> at = {{0, 7, 8}, {0, 0, 0}, {0, 19, 16}, {0, -2, 10}, {0, 22, -3}, {0, 9, 18}};
  constexpr int kSquare = 5;
  DeviceTensor covered;
  const DeviceTensor squares = upload(tested, random_tensor({static_cast<int>(at.size()), 3, kSquare, kSquare}, 6));
  tested.gather_windows(x, std::vector<Window>(at.size()), image.map(), 0.0F, &squares, at, covered);
  const Tensor expected = tested.download(run(tested, layers, covered).conv2);

  std::vector<Window> own = at;
  for (std::size_t k = 0; k < own.size(); ++k) own[k].image = static_cast<int>(k);
  Size size{kSquare, kSquare};
  DeviceTensor changed = upload(tested, crop(tested.download(covered), own, size));
  step(tested, x, 3, 1, 1, 0.0F, at, size, changed,
       [&](const DeviceTensor& in, DeviceTensor& out) { tested.conv(in, *layers.first, 0, true, out); });
  DeviceSwitches switches;
  step(tested, clean.conv1, 3, 2, 1, -std::numeric_limits<float>::infinity(), at, size, changed,
       [&](const DeviceTensor& in, DeviceTensor& out) { tested.max_pool(in, {.kernel = 3, .stride = 2}, out, switches); });
  step(tested, clean.pool1, 3, 1, 1, 0.0F, at, size, changed,
       [&](const DeviceTensor& in, DeviceTensor& out) { tested.conv(in, *layers.second, 0, true, out); });

  // Laid over the clean maps, they are the maps of the covered images.
  DeviceTensor found;
  const Size map = clean.conv2.shape().map();
  const std::vector<Window> whole(at.size(), Window{});
  tested.gather_windows(clean.conv2, whole, map, 0.0F, &changed, at, found);
  EXPECT_LE(normalised_error(tested.download(found), expected), sum_tolerance(9 * kMaps));
}

INSTANTIATE_TEST_SUITE_P(All, Incremental, ::testing::ValuesIn(all_backends()), BackendName());

}  // namespace
}  // namespace zf::testing
