// Branches and other non-linearities refuse wrong shapes and settings, too.
#include <limits>

#include "tests/backend/refusal_test.h"

namespace zf::testing {
namespace {

using Kind = Activation::Kind;

class RefusalsOfBranches : public RefusalTest {};

TEST_P(RefusalsOfBranches, Add) {
  DeviceTensor x = zeros({1, 2, 3, 4});
  refused({"[add]", "1x2x3x4", "1x2x1x1"}, [&] { b.add(x, zeros({1, 2, 1, 1}), false, y); });
  refused({"[add]", "second", "never"}, [&] { b.add(x, z, false, y); });
  refused({"[add]", "first", "never"}, [&] { b.add(z, x, false, y); });
  refused({"[add]", "apart"}, [&] { b.add(zeros({1, 2, 3, 4}), x, false, x); });
}

TEST_P(RefusalsOfBranches, Multiply) {
  DeviceTensor x = zeros({2, 3, 4, 5});
  refused({"[multiply]", "2x3x4x5 or 2x3x1x1", "1x3x1x1"}, [&] { b.multiply(x, zeros({1, 3, 1, 1}), y); });
  refused({"[multiply]", "never"}, [&] { b.multiply(x, z, y); });
  refused({"[multiply]", "apart"}, [&] { b.multiply(x, zeros({2, 3, 1, 1}), x); });
}

TEST_P(RefusalsOfBranches, CopyMaps) {
  const DeviceTensor from = zeros({2, 3, 4, 5});
  DeviceTensor to = zeros({2, 6, 4, 5});
  refused({"[copy_maps]", "read", "3 maps", "found 2 from map 2"}, [&] { b.copy_maps(from, 2, 2, to, 0); });
  refused({"[copy_maps]", "read", "found 1 from map -1"}, [&] { b.copy_maps(from, -1, 1, to, 0); });
  refused({"[copy_maps]", "read", "found -1"}, [&] { b.copy_maps(from, 0, -1, to, 0); });
  refused({"[copy_maps]", "written", "6 maps", "found 3 from map 4"}, [&] { b.copy_maps(from, 0, 3, to, 4); });
  refused({"[copy_maps]", "2x3x4x5", "1x3x4x5"}, [&] { b.copy_maps(zeros({1, 3, 4, 5}), 0, 1, to, 0); });
  refused({"[copy_maps]", "apart"}, [&] { b.copy_maps(to, 0, 1, to, 3); });
  refused({"[copy_maps]", "never"}, [&] { b.copy_maps(from, 0, 1, z, 3); });
}

TEST_P(RefusalsOfBranches, Activate) {
  DeviceTensor x = zeros({2, 3, 4, 5});
  const DeviceTensor slopes = zeros({1, 3, 1, 1});
  const DeviceTensor two = zeros({1, 2, 1, 1});
  refused({"[activate]", "low", "found 2 and 1"}, [&] { b.activate(x, {.kind = Kind::kClip, .low = 2, .high = 1}, nullptr, y); });
  refused({"[activate]", "finite", "nan"},
          [&] { b.activate(x, {.kind = Kind::kLeakyRelu, .slope = std::numeric_limits<float>::quiet_NaN()}, nullptr, y); });
  refused({"[activate]", "leaky ReLU only"}, [&] { b.activate(x, {.kind = Kind::kSilu}, &slopes, y); });
  refused({"[activate]", "1x3x1x1", "1x2x1x1"}, [&] { b.activate(x, {.kind = Kind::kLeakyRelu}, &two, y); });
  refused({"[activate]", "slopes", "never"}, [&] { b.activate(x, {.kind = Kind::kLeakyRelu}, &z, y); });
  refused({"[activate]", "apart"}, [&] { b.activate(x, {.kind = Kind::kSilu}, nullptr, x); });
}

TEST_P(RefusalsOfBranches, ActivationBackward) {
  const Activation relu6{.kind = Kind::kClip, .high = 6};
  const Activation silu{.kind = Kind::kSilu};
  const DeviceTensor full = zeros({2, 3, 5, 5});
  const std::vector<Window> one(1);
  DeviceTensor g = zeros({2, 3, 5, 4});
  refused({"[activation_backward]", "2x3x5x5", "2x3x5x4"}, [&] { b.activation_backward(Rule::kGradient, relu6, nullptr, full, {}, g); });
  refused({"[activation_backward]", "2x3x5x5", "2x3x5x4"}, [&] { b.activation_backward(Rule::kDeconvnet, silu, nullptr, full, {}, g); });
  refused({"[activation_backward]", "2 windows", "found 1"}, [&] { b.activation_backward(Rule::kGuided, relu6, nullptr, full, one, g); });
  refused({"[activation_backward]", "never"}, [&] { b.activation_backward(Rule::kGuided, relu6, nullptr, y, {}, g); });
  refused({"[activation_backward]", "never"}, [&] { b.activation_backward(Rule::kDeconvnet, relu6, nullptr, full, {}, z); });
  const DeviceTensor slopes = zeros({1, 2, 1, 1});
  refused({"[activation_backward]", "1x3x1x1", "1x2x1x1"},
          [&] { b.activation_backward(Rule::kDeconvnet, {.kind = Kind::kLeakyRelu}, &slopes, full, {}, g); });
  DeviceTensor same = full;
  refused({"[activation_backward]", "apart"}, [&] { b.activation_backward(Rule::kGradient, silu, nullptr, full, {}, same); });
}

TEST_P(RefusalsOfBranches, AveragePool) {
  const DeviceTensor x = zeros({1, 2, 2, 8});
  refused({"[average_pool]", "3x3", "1x2x2x8"}, [&] { b.average_pool(x, {.kernel = {3, 3}}, y); });
  for (const AveragePoolSpec& bad : {AveragePoolSpec{.kernel = {0, 1}}, AveragePoolSpec{.kernel = {1, 0}}, AveragePoolSpec{.stride = 0},
                                     AveragePoolSpec{.pad = -1}, AveragePoolSpec{.kernel = {2, 4}, .pad = 2}}) {
    refused({"[average_pool]", "pad < kernel"}, [&] { b.average_pool(x, bad, y); });
    refused({"[average_unpool]", "pad < kernel"}, [&] { b.average_unpool(x, {}, bad, {2, 8}, {2, 8}, {}, y); });
  }
  refused({"[average_pool]", "never"}, [&] { b.average_pool(z, {}, y); });
}

TEST_P(RefusalsOfBranches, AverageUnpool) {
  const AveragePoolSpec spec{.kernel = {3, 3}, .stride = 2, .pad = 1};
  const Size plane{10, 10};
  const DeviceTensor g = zeros({2, 3, 5, 5});
  const std::vector<Window> two(2);
  const std::vector<Window> three(3);
  refused({"[average_unpool]", "2x3x6x5", "2x3x5x5"}, [&] { b.average_unpool(g, {}, spec, {12, 10}, {12, 10}, {}, y); });
  refused({"[average_unpool]", "10x10", "9x10"}, [&] { b.average_unpool(g, {}, spec, plane, {9, 10}, {}, y); });
  refused({"[average_unpool]", "2 output windows", "found 0"}, [&] { b.average_unpool(g, two, spec, plane, plane, {}, y); });
  refused({"[average_unpool]", "2 windows", "found 3"}, [&] { b.average_unpool(g, three, spec, plane, plane, three, y); });
  refused({"[average_unpool]", "1x1", "0x9"}, [&] { b.average_unpool(g, two, spec, plane, {0, 9}, two, y); });
  refused({"[average_unpool]", "fits", "2x3x0x5"}, [&] { b.average_unpool(g, two, spec, {0, 5}, {4, 4}, two, y); });
  refused({"[average_unpool]", "never"}, [&] { b.average_unpool(z, {}, spec, plane, plane, {}, y); });
}

INSTANTIATE_TEST_SUITE_P(All, RefusalsOfBranches, ::testing::ValuesIn(all_backends()), BackendName());

}  // namespace
}  // namespace zf::testing
