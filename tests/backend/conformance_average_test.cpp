// Average pooling and its transpose on every backend against the reference, as adjoints, and on windows.
#include <cmath>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"
#include "tests/backend/window_cases.h"

namespace zf::testing {
namespace {

struct AverageCase {
  std::string name;
  Shape x;
  AveragePoolSpec spec;
  friend std::ostream& operator<<(std::ostream& out, const AverageCase& c) { return out << c.name; }
};

class ConformanceAverage : public ::testing::TestWithParam<std::tuple<NamedBackend, AverageCase>> {
 protected:
  const AverageCase& c = std::get<1>(GetParam());
  Backend& tested = std::get<0>(GetParam()).instance();
  Tensor x = random_tensor(c.x, 1);
  Shape pooled{c.x.n, c.x.c, output_size(c.x.h, c.spec.kernel.h, c.spec.stride, c.spec.pad, c.spec.ceil),
               output_size(c.x.w, c.spec.kernel.w, c.spec.stride, c.spec.pad, c.spec.ceil)};
  double tolerance = sum_tolerance(static_cast<double>(c.spec.kernel.h) * c.spec.kernel.w);

  [[nodiscard]] Tensor unpool(Backend& backend, const Tensor& g, Windows g_at, Size out, Windows out_at) const {
    GuardedOutput gx(backend);
    backend.average_unpool(upload(backend, g), g_at, c.spec, c.x.map(), out, out_at, gx.tensor());
    return gx.take();
  }
};

TEST_P(ConformanceAverage, Forward) {
  expect_agreement(tested, tolerance, [&](Backend& backend) {
    GuardedOutput y(backend);
    backend.average_pool(upload(backend, x), c.spec, y.tensor());
    return std::vector<Tensor>{y.take()};
  });
}

TEST_P(ConformanceAverage, Unpool) {
  const Tensor g = random_tensor(pooled, 2);
  expect_agreement(tested, tolerance, [&](Backend& backend) { return std::vector<Tensor>{unpool(backend, g, {}, c.x.map(), {})}; });
}

// <pool x, g> = <x, unpool g>.
TEST_P(ConformanceAverage, UnpoolIsAdjoint) {
  const Tensor g = random_tensor(pooled, 3);
  DeviceTensor y;
  tested.average_pool(upload(tested, x), c.spec, y);
  const Tensor forward = tested.download(y);
  const double scale = std::sqrt(dot(x, x) * dot(g, g));
  EXPECT_NEAR(dot(forward, g), dot(x, unpool(tested, g, {}, c.x.map(), {})), 1e-6 * scale);
}

// What lies outside of the pooled map may be anything.
TEST_P(ConformanceAverage, UnpoolOnWindows) {
  const Tensor g = random_tensor({static_cast<int>(kWindows.size()), c.x.c, kWindow.h, kWindow.w}, 4);
  std::vector<Window> out_at;
  for (const Window& at : kWindows) out_at.push_back({at.image, at.y * c.spec.stride - c.spec.pad + 1, at.x * c.spec.stride - 2});
  const Size out{kWindow.h * c.spec.stride + 2, kWindow.w * c.spec.stride - 1};
  const Tensor whole_g = spread(g, kWindows, pooled.map());
  DeviceTensor whole;
  Backend& reference = reference_backend();
  reference.average_unpool(upload(reference, whole_g), {}, c.spec, c.x.map(), c.x.map(), {}, whole);
  const Tensor expected = crop(reference.download(whole), own_images(out_at), out);
  EXPECT_LE(normalised_error(unpool(tested, g, kWindows, out, out_at), expected), tolerance);
}

const std::vector<AverageCase> kAverages = {
    {"whole", {3, 5, 7, 7}, {.kernel = {7, 7}}},
    {"whole_oblong", {1, 9, 13, 6}, {.kernel = {13, 6}}},
    {"whole_padded", {2, 3, 5, 6}, {.kernel = {9, 10}, .stride = 3, .pad = 2}},
    {"whole_inside", {2, 3, 5, 40}, {.kernel = {8, 44}, .stride = 2, .pad = 3, .count_pad = false}},
    {"whole_rows", {1, 3, 9, 8}, {.kernel = {9, 7}, .stride = 2}},
    {"whole_columns", {1, 3, 9, 8}, {.kernel = {8, 8}, .stride = 2}},
    {"plain", {2, 3, 28, 30}, {.kernel = {2, 2}, .stride = 2}},
    {"odd", {1, 4, 29, 31}, {.kernel = {2, 2}, .stride = 2}},
    {"overlapping", {5, 2, 35, 33}, {.kernel = {3, 3}, .stride = 1, .pad = 1}},
    {"inside_only", {2, 2, 35, 33}, {.kernel = {3, 3}, .stride = 1, .pad = 1, .count_pad = false}},
    {"ceil", {1, 3, 32, 30}, {.kernel = {3, 3}, .stride = 2, .ceil = true}},
    {"ceil_pad", {2, 3, 15, 16}, {.kernel = {3, 3}, .stride = 2, .pad = 1, .ceil = true}},
    {"ceil_inside", {2, 3, 15, 16}, {.kernel = {3, 3}, .stride = 2, .pad = 1, .ceil = true, .count_pad = false}},
    {"ceil_far", {1, 2, 17, 18}, {.kernel = {5, 4}, .stride = 4, .pad = 2, .ceil = true}},
    {"oblong", {2, 2, 19, 24}, {.kernel = {2, 5}, .stride = 3, .pad = 1, .count_pad = false}},
    {"gaps", {1, 2, 31, 29}, {.kernel = {2, 2}, .stride = 4}},
    {"one_place", {2, 3, 1, 1}, {.kernel = {3, 3}, .stride = 2, .pad = 1}},
    {"identity", {1, 4, 9, 33}, {}},
};

INSTANTIATE_TEST_SUITE_P(All, ConformanceAverage,
                         ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kAverages)), BackendName());

}  // namespace
}  // namespace zf::testing
