// Every wrong shape or setting is refused, by every backend alike, with a message that says what was expected.
#include <limits>

#include "core/tensor/error.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"
#include "tests/backend/minimal_backend.h"
#include "tests/backend/refusal_test.h"
#include "tests/expect_error.h"

namespace zf::testing {
namespace {

class Refusals : public RefusalTest {};

TEST_P(Refusals, Memory) {
  refused({"[resize]", "-1"}, [&] { b.resize(y, {1, -1, 2, 2}); });
  refused({"[resize]", "bytes", "2000000000x2000000000"}, [&] { b.resize(y, {2000000000, 2000000000, 2000000000, 2000000000}); });
  refused({"[read]", "never"}, [&] { (void)b.download(DeviceTensor()); });
  refused({"[read]", "never"}, [&] { (void)b.download(DeviceSwitches()); });
  refused({"[fill]", "never"}, [&] { b.fill(z, 1.0F); });
  const DeviceTensor three = zeros({3, 1, 1, 1});
  refused({"[read]", "3x1x1x1"}, [&] { (void)b.download(three, -1); });
  refused({"[read]", "3x1x1x1", "2 from item 2"}, [&] { (void)b.download(three, 2, 2); });
  refused({"[read]", "item 4"}, [&] { (void)b.download(three, 4); });
}

TEST_P(Refusals, Pack) {
  std::unique_ptr<Filters> packed;
  const ConvSpec spec{.maps = 4, .kernel_h = 3, .kernel_w = 3};
  const DeviceTensor weight = zeros({4, 2, 3, 3});
  const DeviceTensor bias = zeros({1, 4, 1, 1});
  refused({"[pack]", "4x2x3x3", "5x2x3x3"}, [&] { b.pack(zeros({5, 2, 3, 3}), bias, spec, packed); });
  refused({"[pack]", "4x2x3x3", "4x2x3x1"}, [&] { b.pack(zeros({4, 2, 3, 1}), bias, spec, packed); });
  refused({"[pack]", "1x4x1x1", "4x1x1x1"}, [&] { b.pack(weight, zeros({4, 1, 1, 1}), spec, packed); });
  refused({"[pack]", "channel"}, [&] { b.pack(zeros({4, 0, 3, 3}), bias, spec, packed); });
  refused({"[pack]", "weights", "never"}, [&] { b.pack(y, bias, spec, packed); });
  refused({"[pack]", "biases", "never"}, [&] { b.pack(weight, y, spec, packed); });
  for (const ConvSpec& bad : {ConvSpec{}, ConvSpec{.maps = 4, .stride = 0}, ConvSpec{.maps = 4, .pad = -1},
                              ConvSpec{.maps = 4, .groups = 3}, ConvSpec{.maps = 4, .groups = 0}, ConvSpec{.maps = 4, .kernel_h = 0},
                              ConvSpec{.maps = 4, .kernel_h = 3, .kernel_w = 3, .dilation = 0}}) {
    refused({"[pack]", "positive"}, [&] { b.pack(weight, bias, bad, packed); });
  }
}

TEST_P(Refusals, Conv) {
  const auto packed = filters({.maps = 4, .kernel_h = 3, .kernel_w = 3, .pad = 1}, 2);
  refused({"[conv]", "1x2x8x8", "1x3x8x8"}, [&] { b.conv(zeros({1, 3, 8, 8}), *packed, 1, false, y); });
  refused({"[conv]", "3x3", "1x2x2x8"}, [&] { b.conv(zeros({1, 2, 2, 8}), *packed, 0, false, y); });
  refused({"[conv]", "padding of 1, or 0", "3"}, [&] { b.conv(zeros({1, 2, 8, 8}), *packed, 3, false, y); });
  refused({"[conv]", "fits", "1x2x0x8"}, [&] { b.conv(zeros({1, 2, 0, 8}), *packed, 1, false, y); });
  refused({"[conv]", "never"}, [&] { b.conv(z, *packed, 1, false, y); });
  const auto dilated = filters({.maps = 4, .kernel_h = 3, .kernel_w = 3, .pad = 1, .dilation = 4}, 2);
  refused({"[conv]", "9x9", "1x2x6x8"}, [&] { b.conv(zeros({1, 2, 6, 8}), *dilated, 1, false, y); });
  DeviceTensor x = zeros({1, 2, 8, 8});
  refused({"[conv]", "apart"}, [&] { b.conv(x, *packed, 1, false, x); });
}

TEST_P(Refusals, ConvWithBranches) {
  const auto packed = filters({.maps = 4, .kernel_h = 3, .kernel_w = 3, .pad = 1}, 2);
  const DeviceTensor x = zeros({1, 2, 8, 8});
  DeviceTensor added = zeros({1, 4, 8, 8});
  refused({"[conv_add]", "summands", "1x4x8x8", "1x4x8x7"}, [&] { b.conv_add(x, *packed, 1, zeros({1, 4, 8, 7}), true, y); });
  refused({"[conv_add]", "1x2x8x8", "1x3x8x8"}, [&] { b.conv_add(zeros({1, 3, 8, 8}), *packed, 1, added, true, y); });
  refused({"[conv_add]", "apart"}, [&] { b.conv_add(x, *packed, 1, added, true, added); });
  refused({"[conv_add]", "summands", "never"}, [&] { b.conv_add(x, *packed, 1, z, true, y); });
  DeviceTensor joined = zeros({1, 6, 8, 8});
  refused({"[conv_into]", "6 maps", "found 4 from map 3"}, [&] { b.conv_into(x, *packed, 1, true, joined, 3); });
  refused({"[conv_into]", "6 maps", "from map -1"}, [&] { b.conv_into(x, *packed, 1, true, joined, -1); });
  refused({"[conv_into]", "1x6x6x6", "1x6x8x8"}, [&] { b.conv_into(x, *packed, 0, true, joined, 0); });
  refused({"[conv_into]", "2x6x8x8", "1x6x8x8"}, [&] { b.conv_into(zeros({2, 2, 8, 8}), *packed, 1, true, joined, 0); });
  refused({"[conv_into]", "never"}, [&] { b.conv_into(x, *packed, 1, true, z, 0); });
}

TEST_P(Refusals, ConvDifferences) {
  const auto packed = filters({.maps = 4, .kernel_h = 3, .kernel_w = 3, .pad = 1}, 2);
  refused({"[conv_differences]", "1x2x8x8", "1x3x8x8"}, [&] { b.conv_differences(zeros({1, 3, 8, 8}), *packed, y); });
  refused({"[conv_differences]", "never"}, [&] { b.conv_differences(z, *packed, y); });
  refused({"[conv_differences]", "square", "2x3"}, [&] {
    b.conv_differences(zeros({1, 2, 8, 8}), *filters({.maps = 4, .kernel_h = 2, .kernel_w = 3}, 2), y);
  });
  refused({"[conv_differences]", "stride 3", "2x2"}, [&] {
    b.conv_differences(zeros({1, 2, 8, 8}), *filters({.maps = 4, .kernel_h = 2, .kernel_w = 2, .stride = 3}, 2), y);
  });
}

TEST_P(Refusals, LinearDifferences) {
  const auto packed = filters({.maps = 4, .kernel_h = 3, .kernel_w = 5}, 2);
  refused({"[linear_differences]", "1x2x2x2", "1x3x2x2"}, [&] { b.linear_differences(zeros({1, 3, 2, 2}), {}, *packed, y); });
  refused({"[linear_differences]", "within 3x5", "2x2 at row 2, column 0"}, [&] {
    b.linear_differences(zeros({1, 2, 2, 2}), {0, 2, 0}, *packed, y);
  });
  refused({"[linear_differences]", "within 3x5", "row 0, column -1"}, [&] {
    b.linear_differences(zeros({1, 2, 2, 2}), {0, 0, -1}, *packed, y);
  });
  refused({"[linear_differences]", "within 3x5", "0x2"}, [&] { b.linear_differences(zeros({1, 2, 0, 2}), {}, *packed, y); });
  refused({"[linear_differences]", "fully connected", "padding"}, [&] {
    b.linear_differences(zeros({1, 2, 2, 2}), {}, *filters({.maps = 4, .kernel_h = 3, .kernel_w = 3, .pad = 1}, 2), y);
  });
  refused({"[linear_differences]", "fully connected", "dilation"}, [&] {
    b.linear_differences(zeros({1, 2, 2, 2}), {}, *filters({.maps = 4, .kernel_h = 3, .kernel_w = 3, .dilation = 2}, 2), y);
  });
  refused({"[linear_differences]", "never"}, [&] { b.linear_differences(z, {}, *packed, y); });
}

TEST_P(Refusals, ConvTranspose) {
  const auto packed = filters({.maps = 4, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 1}, 2);
  const DeviceTensor g = zeros({2, 4, 5, 5});
  const std::vector<Window> two(2);
  const std::vector<Window> three(3);
  refused({"[conv_transpose]", "2x4x5x5", "2x3x5x5"}, [&] { b.conv_transpose(zeros({2, 3, 5, 5}), {}, *packed, {9, 9}, {}, y); });
  refused({"[conv_transpose]", "2x4x6x5", "2x4x5x5"}, [&] { b.conv_transpose(g, {}, *packed, {11, 9}, {}, y); });
  refused({"[conv_transpose]", "2 output windows", "found 0"}, [&] { b.conv_transpose(g, two, *packed, {9, 9}, {}, y); });
  refused({"[conv_transpose]", "0 output windows", "found 2"}, [&] { b.conv_transpose(g, {}, *packed, {9, 9}, two, y); });
  refused({"[conv_transpose]", "2 windows", "found 3"}, [&] { b.conv_transpose(g, three, *packed, {9, 9}, three, y); });
  refused({"[conv_transpose]", "1x1", "0x9"}, [&] { b.conv_transpose(g, two, *packed, {0, 9}, two, y); });
  refused({"[conv_transpose]", "never"}, [&] { b.conv_transpose(z, {}, *packed, {9, 9}, {}, y); });
}

TEST_P(Refusals, MaxPool) {
  const DeviceTensor x = zeros({1, 2, 2, 8});
  refused({"[max_pool]", "3x3", "1x2x2x8"}, [&] { b.max_pool(x, {.kernel = 3}, y, switches); });
  refused({"[max_pool]", "fits", "1x2x0x8"}, [&] { b.max_pool(zeros({1, 2, 0, 8}), {.kernel = 3, .pad = 2}, y, switches); });
  for (const PoolSpec& bad : {PoolSpec{.kernel = 0}, PoolSpec{.stride = 0}, PoolSpec{.pad = -1}, PoolSpec{.kernel = 2, .pad = 2}}) {
    refused({"[max_pool]", "pad < kernel"}, [&] { b.max_pool(x, bad, y, switches); });
  }
  refused({"[max_pool]", "never"}, [&] { b.max_pool(z, {}, y, switches); });
  refused({"[maxima]", "3x3", "1x2x2x8"}, [&] { b.maxima(x, {.kernel = 3}, y); });
  refused({"[maxima]", "pad < kernel"}, [&] { b.maxima(x, {.kernel = 2, .pad = 2}, y); });
  refused({"[maxima]", "never"}, [&] { b.maxima(z, {}, y); });
}

TEST_P(Refusals, Unpool) {
  const PoolSpec spec{.kernel = 3, .stride = 2, .pad = 1};
  b.max_pool(zeros({2, 3, 10, 10}), spec, z, switches);
  const Size plane{10, 10};
  const DeviceTensor g = zeros({2, 3, 5, 5});
  const std::vector<Window> two(2);
  refused({"[unpool]", "2x3x6x5", "2x3x5x5"}, [&] { b.unpool(g, {}, switches, spec, {12, 10}, {12, 10}, {}, y); });
  refused({"[unpool]", "2x3x5x5", "2x3x5x4"}, [&] { b.unpool(zeros({2, 3, 5, 4}), {}, switches, spec, plane, plane, {}, y); });
  refused({"[unpool]", "2x3x5x5", "2x4x5x5"}, [&] { b.unpool(zeros({2, 4, 5, 5}), two, switches, spec, plane, plane, two, y); });
  refused({"[unpool]", "10x10", "9x10"}, [&] { b.unpool(g, {}, switches, spec, plane, {9, 10}, {}, y); });
  refused({"[unpool]", "2 items", "found 1"}, [&] { b.unpool(zeros({1, 3, 5, 5}), {}, switches, spec, plane, plane, {}, y); });
  refused({"[unpool]", "output windows"}, [&] { b.unpool(g, two, switches, spec, plane, plane, {}, y); });
  refused({"[unpool]", "below 2", "image 2"}, [&] {
    const std::vector<Window> bad = {{0, 0, 0}, {2, 0, 0}};
    b.unpool(g, bad, switches, spec, plane, plane, bad, y);
  });
  refused({"[unpool]", "below 2", "image -1"}, [&] {
    const std::vector<Window> bad = {{0, 0, 0}, {-1, 0, 0}};
    b.unpool(g, bad, switches, spec, plane, plane, bad, y);
  });
  refused({"[unpool]", "switches", "never"}, [&] { b.unpool(g, {}, DeviceSwitches(), spec, plane, plane, {}, y); });
}

TEST_P(Refusals, ReluBackward) {
  const DeviceTensor full = zeros({2, 3, 5, 5});
  DeviceTensor g = zeros({2, 3, 5, 4});
  refused({"[relu_backward]", "2x3x5x5", "2x3x5x4"}, [&] { b.relu_backward(Rule::kGradient, full, {}, g); });
  const std::vector<Window> one(1);
  refused({"[relu_backward]", "2 windows", "found 1"}, [&] { b.relu_backward(Rule::kGuided, full, one, g); });
  refused({"[relu_backward]", "never"}, [&] { b.relu_backward(Rule::kGuided, y, {}, g); });
  refused({"[relu_backward]", "never"}, [&] { b.relu_backward(Rule::kDeconvnet, full, {}, z); });
}

TEST_P(Refusals, Lrn) {
  const DeviceTensor x = zeros({2, 3, 5, 5});
  for (const LrnSpec& bad : {LrnSpec{.size = 0}, LrnSpec{.size = 4}, LrnSpec{.k = 0}, LrnSpec{.alpha = -1e-4F},
                             LrnSpec{.k = std::numeric_limits<float>::quiet_NaN()}}) {
    refused({"[lrn]", "odd size"}, [&] { b.lrn(x, bad, y); });
    refused({"[lrn_backward]", "odd size"}, [&] { b.lrn_backward(x, bad, x, {}, y); });
  }
  refused({"[lrn_backward]", "2x3x5x5", "2x3x4x5"}, [&] { b.lrn_backward(x, {}, zeros({2, 3, 4, 5}), {}, y); });
  refused({"[lrn_backward]", "2 items", "found 1"}, [&] { b.lrn_backward(x, {}, zeros({1, 3, 5, 5}), {}, y); });
  refused({"[lrn]", "never"}, [&] { b.lrn(z, {}, y); });
  const LrnSpec within{.within = true};
  refused({"[lrn_backward]", "across"}, [&] { b.lrn_backward(x, within, x, {}, y); });
  refused({"[lrn_within_backward]", "within"}, [&] { b.lrn_within_backward(x, {}, x, {}, {5, 5}, {}, y); });
  refused({"[lrn_within_backward]", "5x5", "4x5"}, [&] { b.lrn_within_backward(x, within, x, {}, {4, 5}, {}, y); });
}

TEST_P(Refusals, Maps) {
  refused({"[relu]", "never"}, [&] { b.relu(z, y); });
  DeviceTensor x = zeros({1, 2, 3, 4});
  refused({"[relu]", "apart"}, [&] { b.relu(x, x); });
  refused({"[softmax]", "2x0x1x1"}, [&] { b.softmax(zeros({2, 0, 1, 1}), y); });
  refused({"[channel_max]", "1x2x0x4"}, [&] { b.channel_max(zeros({1, 2, 0, 4}), y, switches); });
}

TEST_P(Refusals, Windows) {
  const DeviceTensor x = zeros({1, 3, 8, 8});
  const std::vector<Window> one(1);
  refused({"[gather_windows]", "1 window", "none"}, [&] { b.gather_windows(x, {}, {2, 2}, 0, nullptr, {}, y); });
  refused({"[gather_windows]", "1x1", "2x0"}, [&] { b.gather_windows(x, one, {2, 0}, 0, nullptr, {}, y); });
  refused({"[gather_windows]", "below 1", "image 1"}, [&] {
    b.gather_windows(x, std::vector<Window>{{1, 0, 0}}, {2, 2}, 0, nullptr, {}, y);
  });
  const DeviceTensor changed = zeros({1, 3, 2, 2});
  refused({"[gather_windows]", "1 places", "found 0"}, [&] { b.gather_windows(x, one, {2, 2}, 0, &changed, {}, y); });
  const DeviceTensor other = zeros({2, 3, 2, 2});
  refused({"[gather_windows]", "1x3x2x2", "2x3x2x2"}, [&] { b.gather_windows(x, one, {2, 2}, 0, &other, one, y); });
  refused({"[window_differences]", "1 window", "none"}, [&] { b.window_differences(x, {}, {2, 2}, changed, one, y); });
  refused({"[window_differences]", "1x3x2x2", "2x3x2x2"}, [&] { b.window_differences(x, one, {2, 2}, other, one, y); });
  refused({"[window_differences]", "1 places", "found 0"}, [&] { b.window_differences(x, one, {2, 2}, changed, {}, y); });
  refused({"[window_differences]", "never"}, [&] { b.window_differences(x, one, {2, 2}, z, one, y); });
  refused({"[window_sums]", "1x1", "0x2"}, [&] { b.window_sums(x, one, {0, 2}, changed, one, false, y); });
  refused({"[window_sums]", "below 1", "image 1"}, [&] {
    b.window_sums(x, std::vector<Window>{{1, 0, 0}}, {2, 2}, changed, one, false, y);
  });
  DeviceTensor same = changed;
  refused({"[window_sums]", "apart"}, [&] { b.window_sums(x, one, {2, 2}, same, one, false, same); });
  refused({"[view]", "1x3x8x8", "1x2x8x8"}, [&] { (void)b.view(x, {1, 2, 8, 8}); });
}

TEST_P(Refusals, Probes) {
  DeviceTensor x = zeros({1, 3, 8, 8});
  const std::vector<Window> one(1);
  const Square square{.side = 4, .fill = {0, 0, 0}};
  refused({"[cover]", "1 squares", "found 0"}, [&] { b.cover(x, one, {2, 2}, square, {}, y); });
  refused({"[cover]", "3 values", "found 1"}, [&] { b.cover(x, one, {2, 2}, {.side = 4, .fill = {0}}, one, y); });
  refused({"[cover]", "at least 1", "found 0"}, [&] { b.cover(x, one, {2, 2}, {.side = 0, .fill = {0, 0, 0}}, one, y); });
  refused({"[cover]", "0 to 2", "found 3"}, [&] { b.cover(x, one, {2, 2}, {.side = 4, .soft_edge = 3, .fill = {0, 0, 0}}, one, y); });
  refused({"[put]", "1x3x8x8", "map 3"}, [&] { b.put(std::vector<Point>{{0, 3, 0, 0, 1}}, x); });
  refused({"[put]", "never"}, [&] { b.put({}, z); });
  refused({"[channel_sum]", "never"}, [&] { b.channel_sum(z, y); });
  refused({"[fill]", "1x3x8x8", "item 2"}, [&] { b.fill(x, 0, 2); });
  refused({"[copy]", "1x3x8x8", "1x3x8x7"}, [&] { b.copy(zeros({1, 3, 8, 7}), x, 0); });
  refused({"[copy]", "item 1"}, [&] { b.copy(zeros({1, 3, 8, 8}), x, 1); });
}

// Tensors and filters of another backend are refused everywhere, not read.
TEST_P(Refusals, AnotherBackends) {
  const std::unique_ptr<Backend> other = make_cpu_backend(1);
  DeviceTensor theirs = upload(*other, Tensor({1, 2, 4, 4}));
  const DeviceTensor x = zeros({1, 2, 4, 4});
  const ConvSpec spec{.maps = 3, .kernel_h = 3, .kernel_w = 3};
  std::unique_ptr<Filters> packed;
  other->pack(upload(*other, Tensor({3, 2, 3, 3})), upload(*other, Tensor({1, 3, 1, 1})), spec, packed);
  refused({"[conv]", b.description(), "another"}, [&] { b.conv(x, *packed, 0, false, y); });
  refused({"[relu]", b.description(), "another"}, [&] { b.relu(theirs, y); });
  refused({"[resize]", b.description(), "another"}, [&] { b.relu(x, theirs); });
  refused({"[read]", b.description(), "another"}, [&] { (void)b.download(theirs); });
  b.pack(zeros({3, 2, 3, 3}), zeros({1, 3, 1, 1}), spec, packed);
  b.conv(x, *packed, 0, false, y);
  EXPECT_EQ(y.shape(), (Shape{1, 3, 2, 2}));
}

TEST(BackendWithoutTraining, SaysSo) {
  MinimalBackend minimal;
  EXPECT_FALSE(minimal.trains());
  expect_error([&] { (void)minimal.training(); }, {"expected a backend that trains", "found minimal"});
  EXPECT_TRUE(reference_backend().trains());
}

class TrainingRefusals : public Refusals {};

TEST_P(TrainingRefusals, All) {
  DeviceTensor x = zeros({2, 3, 1, 1});
  refused({"[dropout]", "found 1"}, [&] { b.training().dropout(1.0F, 0, x); });
  refused({"[dropout]", "found -0.5"}, [&] { b.training().dropout(-0.5F, 0, x); });
  const std::vector<int> labels = {0, 1};
  refused({"[cross_entropy]", "2x3x1x1", "3x3x1x1"}, [&] { b.training().cross_entropy(zeros({3, 3, 1, 1}), labels, y, z); });
  refused({"[cross_entropy]", "2x3x1x1", "2x3x2x1"}, [&] { b.training().cross_entropy(zeros({2, 3, 2, 1}), labels, y, z); });
  refused({"[cross_entropy]", "below 3", "found 3"}, [&] { b.training().cross_entropy(x, std::vector<int>{0, 3}, y, z); });
  refused({"[cross_entropy]", "found -1"}, [&] { b.training().cross_entropy(x, std::vector<int>{-1, 0}, y, z); });
  refused({"[cross_entropy]", "label"}, [&] { b.training().cross_entropy(x, {}, y, z); });

  const ConvSpec spec{.maps = 4, .kernel_h = 3, .kernel_w = 3, .groups = 2};
  const DeviceTensor in = zeros({2, 6, 5, 5});
  refused({"[conv_weight_gradient]", "2x4x3x3", "2x4x3x2"}, [&] {
    b.training().conv_weight_gradient(in, zeros({2, 4, 3, 2}), spec, y, z);
  });
  refused({"[conv_weight_gradient]", "2 groups", "found 5"}, [&] {
    b.training().conv_weight_gradient(zeros({2, 5, 5, 5}), zeros({2, 4, 3, 3}), spec, y, z);
  });

  DeviceTensor weight = zeros({4, 2, 3, 3});
  DeviceTensor velocity = zeros({4, 2, 3, 3});
  refused({"[sgd_step]", "gradient", "4x2x3x3", "4x2x3x2"}, [&] { b.training().sgd_step(zeros({4, 2, 3, 2}), {}, velocity, weight); });
  DeviceTensor other = zeros({4, 2, 1, 3});
  refused({"[sgd_step]", "velocity", "4x2x3x3", "4x2x1x3"}, [&] { b.training().sgd_step(zeros({4, 2, 3, 3}), {}, other, weight); });
  refused({"[limit_rms]", "above 0"}, [&] { b.training().limit_rms(0.0F, weight); });
  refused({"[limit_rms]", "never"}, [&] { b.training().limit_rms(0.1F, z); });
}

INSTANTIATE_TEST_SUITE_P(All, Refusals, ::testing::ValuesIn(all_backends()), BackendName());
INSTANTIATE_TEST_SUITE_P(All, TrainingRefusals, ::testing::ValuesIn(training_backends()), BackendName());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TrainingRefusals);

TEST(CpuBackend, RefusesNegativeThreads) { EXPECT_THROW((void)make_cpu_backend(-1), Error); }

}  // namespace
}  // namespace zf::testing
