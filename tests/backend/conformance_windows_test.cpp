// Operations on windows of the maps: each must equal the crop of the operation on the whole map.
#include <limits>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"
#include "tests/backend/window_cases.h"

namespace zf::testing {
namespace {

class ConformanceWindows : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

TEST_P(ConformanceWindows, ReluBackward) {
  const Shape full{2, 5, 20, 18};
  const Tensor y = sparse_tensor(full, 1, 0.4);
  const Tensor g = random_tensor({static_cast<int>(kWindows.size()), 5, kWindow.h, kWindow.w}, 2);
  for (const Rule rule : {Rule::kGradient, Rule::kGuided}) {
    DeviceTensor signal = upload(tested, g);
    tested.relu_backward(rule, upload(tested, y), kWindows, signal);
    Tensor expected = g;
    const Tensor mask = crop(y, kWindows, kWindow);
    for (std::size_t i = 0; i < g.size(); ++i) {
      const bool kept = mask.values()[i] > 0 && (rule == Rule::kGradient || g.values()[i] > 0);
      if (!kept) expected.values()[i] = 0;
    }
    EXPECT_EQ(normalised_error(tested.download(signal), expected), 0);
  }
}

TEST_P(ConformanceWindows, LrnBackward) {
  const Shape full{2, 11, 20, 18};
  const Tensor x = random_tensor(full, 1, -100.0F, 300.0F);
  const Tensor g = random_tensor(full, 2);
  DeviceTensor whole;
  DeviceTensor windows;
  tested.lrn_backward(upload(tested, x), {}, upload(tested, g), {}, whole);
  // What of g lies outside the map may be anything.
  tested.lrn_backward(upload(tested, x), {}, upload(tested, crop(g, kWindows, kWindow, 5.0F)), kWindows, windows);
  EXPECT_LE(normalised_error(tested.download(windows), crop(tested.download(whole), kWindows, kWindow)), kElementwise);
}

TEST_P(ConformanceWindows, LrnWithinBackward) {
  const Shape full{2, 11, 20, 18};
  const LrnSpec spec{.size = 5, .within = true};
  const Tensor x = random_tensor(full, 1, -100.0F, 300.0F);
  const Tensor g = random_tensor({static_cast<int>(kWindows.size()), full.c, kWindow.h, kWindow.w}, 2);
  std::vector<Window> out_at;
  for (const Window& at : kWindows) out_at.push_back({at.image, at.y - 3, at.x - 1 + at.image});
  expect_agreement(tested, 2 * kElementwise, [&](Backend& backend) {
    GuardedOutput gx(backend);
    backend.lrn_within_backward(upload(backend, x), spec, upload(backend, g), kWindows, {12, 11}, out_at, gx.tensor());
    return std::vector<Tensor>{gx.take()};
  });
}

TEST_P(ConformanceWindows, Unpool) {
  const PoolSpec spec{.kernel = 3, .stride = 2, .pad = 1};
  const Size plane{39, 35};
  const Tensor x = random_tensor({2, 4, plane.h, plane.w}, 1);
  DeviceTensor y;
  DeviceSwitches switches;
  tested.max_pool(upload(tested, x), spec, y, switches);
  const Size pooled = y.shape().map();
  const Tensor g = random_tensor({static_cast<int>(kWindows.size()), 4, kWindow.h, kWindow.w}, 2);

  std::vector<Window> out_at;
  for (const Window& at : kWindows) out_at.push_back({at.image, 2 * at.y - 1 + at.image, 2 * at.x - 3});
  const Size out{16, 21};
  GuardedOutput gx(tested);
  tested.unpool(upload(tested, g), kWindows, switches, spec, plane, out, out_at, gx.tensor());

  // The same on whole maps, by the reference and an item at a time.
  const Tensor whole_g = spread(g, kWindows, pooled);
  const Tensor found = gx.take();
  for (int k = 0; k < g.shape().n; ++k) {
    Backend& reference = reference_backend();
    const Window at = kWindows[static_cast<std::size_t>(k)];
    DeviceTensor whole;
    DeviceTensor pooled_maps;
    DeviceSwitches own;
    reference.max_pool(upload(reference, crop(x, std::vector<Window>{{at.image, 0, 0}}, plane)), spec, pooled_maps, own);
    const Tensor item = crop(whole_g, std::vector<Window>{{k, 0, 0}}, pooled);
    reference.unpool(upload(reference, item), {}, own, spec, plane, plane, {}, whole);
    const std::vector<Window> here = {{0, out_at[static_cast<std::size_t>(k)].y, out_at[static_cast<std::size_t>(k)].x}};
    const Tensor expected = crop(reference.download(whole), here, out);
    EXPECT_LE(normalised_error(crop(found, std::vector<Window>{{k, 0, 0}}, out), expected), kElementwise) << "window " << k;
  }
}

struct TransposeCase {
  std::string name;
  ConvSpec spec;
  Size map;
  int channels;
};

TEST_P(ConformanceWindows, ConvTranspose) {
  const std::vector<TransposeCase> cases = {
      {"3x3", {.maps = 6, .kernel_h = 3, .kernel_w = 3, .pad = 1}, {20, 18}, 4},
      {"5x5/2", {.maps = 6, .kernel_h = 5, .kernel_w = 5, .stride = 2}, {43, 39}, 4},
      {"7x7/2", {.maps = 8, .kernel_h = 7, .kernel_w = 7, .stride = 2, .pad = 1}, {43, 39}, 3},
      {"11x11/4", {.maps = 5, .kernel_h = 11, .kernel_w = 11, .stride = 4, .pad = 2}, {83, 75}, 3},
      {"groups", {.maps = 6, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 2}, {20, 18}, 4},
      {"dilation", {.maps = 6, .kernel_h = 3, .kernel_w = 3, .pad = 2, .dilation = 2}, {20, 18}, 4},
      {"dilation/2", {.maps = 5, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 3, .dilation = 3}, {43, 39}, 3},
      {"depthwise", {.maps = 8, .kernel_h = 5, .kernel_w = 5, .pad = 2, .groups = 4}, {20, 18}, 4},
      {"depthwise dilation/2", {.maps = 6, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 3, .groups = 3, .dilation = 3}, {43, 39}, 3},
      {"depthwise/2", {.maps = 4, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 1, .groups = 4}, {43, 39}, 4},
  };
  for (const TransposeCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Tensor weight = random_tensor({c.spec.maps, c.channels / c.spec.groups, c.spec.kernel_h, c.spec.kernel_w}, 1);
    std::unique_ptr<Filters> filters;
    tested.pack(upload(tested, weight), upload(tested, random_tensor({1, c.spec.maps, 1, 1}, 2)), c.spec, filters);
    const Size kernel = c.spec.extent();
    const Size small{output_size(c.map.h, kernel.h, c.spec.stride, c.spec.pad), output_size(c.map.w, kernel.w, c.spec.stride, c.spec.pad)};
    // What of g lies outside the map must be 0.
    const Shape full{2, c.spec.maps, small.h, small.w};
    const Tensor dense = random_tensor({static_cast<int>(kWindows.size()), c.spec.maps, kWindow.h, kWindow.w}, 3);
    const Tensor sparse = sparse_tensor(dense.shape(), 4, 0.9);
    for (const Tensor& any : {dense, sparse}) {
      const Tensor g = times(any, inside_mask(full, kWindows, kWindow));
      // Windows that hold all that g reaches, and ones that cut some of it off.
      for (const int cut : {0, 2}) {
        std::vector<Window> out_at;
        for (const Window& at : kWindows) {
          out_at.push_back({at.image, at.y * c.spec.stride - c.spec.pad + cut, at.x * c.spec.stride - c.spec.pad + cut});
        }
        const Size out{(kWindow.h - 1) * c.spec.stride + kernel.h - 2 * cut, (kWindow.w - 1) * c.spec.stride + kernel.w - 2 * cut};
        GuardedOutput gx(tested);
        tested.conv_transpose(upload(tested, g), kWindows, *filters, out, out_at, gx.tensor());
        DeviceTensor whole;
        tested.conv_transpose(upload(tested, spread(g, kWindows, small)), {}, *filters, c.map, {}, whole);
        const std::vector<Window> own = own_images(out_at);
        const Tensor mask = inside_mask({static_cast<int>(own.size()), c.channels, c.map.h, c.map.w}, own, out);
        const double terms = static_cast<double>(c.spec.maps * c.spec.kernel_h * c.spec.kernel_w);
        EXPECT_LE(normalised_error(times(gx.take(), mask), crop(tested.download(whole), own, out)), sum_tolerance(terms));
      }
    }
  }
}

TEST_P(ConformanceWindows, GatherWindows) {
  const Shape full{2, 5, 20, 18};
  const Tensor x = random_tensor(full, 1);
  for (const float outside : {0.0F, -std::numeric_limits<float>::infinity()}) {
    GuardedOutput y(tested);
    tested.gather_windows(upload(tested, x), kWindows, kWindow, outside, nullptr, {}, y.tensor());
    EXPECT_EQ(normalised_error(y.take(), crop(x, kWindows, kWindow, outside)), 0);
  }
}

/// Calls body(changes, their places) with changes that are smaller than the windows, as large, larger; that lie inside of them, hang
/// over them and over the map.
template <typename Body>
void for_changes(const Body& body) {
  for (const Size size : {Size{3, 4}, kWindow, Size{12, 13}}) {
    for (const int shift : {-4, 0, 2, 6}) {
      std::vector<Window> changed_at;
      for (const Window& at : kWindows) changed_at.push_back({at.image, at.y + shift, at.x + shift / 2});
      body(random_tensor({static_cast<int>(kWindows.size()), 5, size.h, size.w}, 2), changed_at);
    }
  }
}

TEST_P(ConformanceWindows, GatherWindowsWithChanges) {
  const Tensor x = random_tensor({2, 5, 20, 18}, 1);
  for_changes([&](const Tensor& changed, Windows changed_at) {
    expect_agreement(tested, kExact, [&](Backend& backend) {
      GuardedOutput y(backend);
      const DeviceTensor over = upload(backend, changed);
      backend.gather_windows(upload(backend, x), kWindows, kWindow, -9.0F, &over, changed_at, y.tensor());
      return std::vector<Tensor>{y.take()};
    });
  });
}

TEST_P(ConformanceWindows, DifferencesAndSums) {
  const Tensor x = random_tensor({2, 5, 20, 18}, 1);
  for_changes([&](const Tensor& changed, Windows changed_at) {
    expect_agreement(tested, kExact, [&](Backend& backend) {
      GuardedOutput differences(backend);
      GuardedOutput sums(backend);
      GuardedOutput rectified(backend);
      const DeviceTensor maps = upload(backend, x);
      const DeviceTensor over = upload(backend, changed);
      backend.window_differences(maps, kWindows, kWindow, over, changed_at, differences.tensor());
      backend.window_sums(maps, kWindows, kWindow, over, changed_at, false, sums.tensor());
      backend.window_sums(maps, kWindows, kWindow, over, changed_at, true, rectified.tensor());
      return std::vector<Tensor>{differences.take(), sums.take(), rectified.take()};
    });
    // Differences, added to what they differ from, are the changes.
    const DeviceTensor maps = upload(tested, x);
    const DeviceTensor over = upload(tested, changed);
    DeviceTensor differences;
    DeviceTensor sums;
    DeviceTensor gathered;
    tested.window_differences(maps, kWindows, kWindow, over, changed_at, differences);
    tested.window_sums(maps, kWindows, kWindow, differences, kWindows, false, sums);
    tested.gather_windows(maps, kWindows, kWindow, 0.0F, &over, changed_at, gathered);
    EXPECT_LE(normalised_error(tested.download(sums), tested.download(gathered)), kElementwise);
  });
}

TEST_P(ConformanceWindows, Cover) {
  const Tensor x = random_tensor({2, 3, 20, 18}, 1);
  for (const int soft_edge : {0, 1, 3}) {
    const Square square{.side = 7, .soft_edge = soft_edge, .fill = {0.25F, -3, 8}};
    for (const int shift : {-9, -3, 0, 5}) {
      std::vector<Window> squares;
      for (const Window& at : kWindows) squares.push_back({at.image, at.y + shift, at.x - shift / 2});
      expect_agreement(tested, kElementwise, [&](Backend& backend) {
        GuardedOutput y(backend);
        backend.cover(upload(backend, x), kWindows, kWindow, square, squares, y.tensor());
        return std::vector<Tensor>{y.take()};
      });
    }
  }
}

// By hand: a square of side 4 whose corner lies at (-1, 1), with a soft edge of 2, on an image of ones.
TEST_P(ConformanceWindows, CoverByHand) {
  DeviceTensor y;
  tested.cover(upload(tested, Tensor({1, 1, 4, 5}, 1.0F)), std::vector<Window>(1), {4, 5}, {.side = 4, .soft_edge = 2, .fill = {0}},
               std::vector<Window>{{0, -1, 1}}, y);
  const float edge = 0.75F;  // covered by a quarter
  const float inner = 0.25F;
  const std::vector<float> expected = {1, edge, inner, inner, edge, 1, edge, inner, inner, edge, 1, edge, edge, edge, edge, 1, 1, 1, 1, 1};
  EXPECT_LE(normalised_error(tested.download(y), Tensor({1, 1, 4, 5}, expected)), kElementwise);
}

INSTANTIATE_TEST_SUITE_P(All, ConformanceWindows, ::testing::ValuesIn(tested_backends()), BackendName());

}  // namespace
}  // namespace zf::testing
