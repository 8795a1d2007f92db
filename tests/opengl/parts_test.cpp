// Operations in many parts: the parts themselves, and that results do not depend on them.
#include "native/opengl/parts.h"

#include <cmath>

#include "native/opengl/opengl.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"
#include "tests/expect_error.h"

namespace zf::testing {
namespace {

using opengl::Block;
using opengl::ByteRange;
using opengl::OpenGlBackend;
using opengl::Operand;
using opengl::Part;
using opengl::Product;

constexpr std::size_t kLimit = 24 << 10;  // bytes; less than an item of what follows

OpenGlBackend& small() {
  static OpenGlBackend backend({.block_limit = kLimit});
  return backend;
}

TEST(Parts, CoverAllPlanesOnceAndFit) {
  DeviceTensor x;
  const Shape shape{5, 30, 20, 20};
  small().resize(x, shape);
  const Operand operand(x, {}, 2);
  std::vector<int> written(150);
  for (const Part& part : split(small().device(), shape, {operand})) {
    EXPECT_LE(operand.range(part).bytes(), kLimit);
    for (int n = part.first_item; n < part.first_item + part.items; ++n) {
      for (int c = part.first_channel; c < part.first_channel + part.channels; ++c) ++written[static_cast<std::size_t>(n * 30 + c)];
    }
  }
  EXPECT_EQ(written, std::vector<int>(150, 1));
}

TEST(Parts, TakeWholeItemsWhereTheyFit) {
  DeviceTensor x;
  const Shape shape{100, 3, 8, 8};
  small().resize(x, shape);
  const auto parts = split(small().device(), shape, {Operand(x)});
  EXPECT_GE(parts.size(), 4U);
  EXPECT_LE(parts.size(), 8U);
  for (const Part& part : parts) EXPECT_EQ(part.channels, 3);
}

TEST(Parts, BlocksOfAProductCoverItOnceInTheOrderOfTheirDepth) {
  const Product product{
      .items = 3, .groups = 2, .depth = 17, .outputs = 21, .tile = 8, .input = 1600, .output = 1600, .row = 1152, .work = 1};
  ASSERT_EQ(product.tiles(), 6);
  std::vector<int> summed(3 * 6, 0);  // depth that is done
  std::size_t blocks = 0;
  for (const Block& block : split(small().device(), product)) {
    ++blocks;
    for (const ByteRange& range : {block.input, block.weights, block.output}) EXPECT_LE(range.bytes(), kLimit);
    for (int item = block.first_item; item < block.first_item + block.items; ++item) {
      for (int tile = block.first_tile; tile < block.first_tile + block.tiles; ++tile) {
        int& done = summed[static_cast<std::size_t>(item * 6 + tile)];
        EXPECT_EQ(done, block.first_depth);
        done += block.depth;
      }
    }
  }
  EXPECT_GT(blocks, 12U);
  EXPECT_EQ(summed, std::vector<int>(18, 17));
}

TEST(Parts, RefuseAMapThatNoBlockHolds) {
  DeviceTensor x;
  DeviceTensor y;
  DeviceSwitches switches;
  small().resize(x, {1, 1, 100, 100});
  expect_error([&] { small().max_pool(x, {}, y, switches); }, {"smallest parts fit blocks of 24576 bytes"});
}

struct ProductCase {
  std::string name;
  Shape x;
  ConvSpec spec;
  friend std::ostream& operator<<(std::ostream& out, const ProductCase& c) { return out << c.name; }
};

class Products : public ::testing::TestWithParam<ProductCase> {};

TEST_P(Products, EqualTheWhole) {
  const ProductCase& c = GetParam();
  const Size kernel = c.spec.extent();
  const Shape out{c.x.n, c.spec.maps, output_size(c.x.h, kernel.h, c.spec.stride, c.spec.pad),
                  output_size(c.x.w, kernel.w, c.spec.stride, c.spec.pad)};
  const Tensor x = random_tensor(c.x, 1);
  const Tensor g = random_tensor(out, 2);
  const Tensor weight = random_tensor({c.spec.maps, c.x.c / c.spec.groups, c.spec.kernel_h, c.spec.kernel_w}, 3);
  const Tensor bias = random_tensor({1, c.spec.maps, 1, 1}, 4);
  expect_agreement(small(), sum_tolerance(static_cast<double>(weight.shape().item())), [&](Backend& backend) {
    std::unique_ptr<Filters> filters;
    backend.pack(upload(backend, weight), upload(backend, bias), c.spec, filters);
    GuardedOutput y(backend);
    GuardedOutput gx(backend);
    backend.conv(upload(backend, x), *filters, c.spec.pad, true, y.tensor());
    backend.conv_transpose(upload(backend, g), {}, *filters, c.x.map(), {}, gx.tensor());
    return std::vector<Tensor>{y.take(), gx.take()};
  });
}

INSTANTIATE_TEST_SUITE_P(
    All, Products,
    ::testing::Values(ProductCase{"depth", {1, 62, 20, 20}, {.maps = 30, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
                      ProductCase{"groups", {2, 46, 20, 20}, {.maps = 50, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 2}},
                      ProductCase{"many_groups", {2, 80, 20, 20}, {.maps = 40, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 40}},
                      ProductCase{"stride", {3, 20, 21, 23}, {.maps = 37, .kernel_h = 5, .kernel_w = 5, .stride = 2, .pad = 2}},
                      ProductCase{
                          "dilation", {2, 50, 21, 20}, {.maps = 40, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 3, .dilation = 3}},
                      ProductCase{"depthwise", {3, 26, 21, 20}, {.maps = 26, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 26}},
                      ProductCase{"depthwise_maps",
                                  {2, 11, 20, 21},
                                  {.maps = 33, .kernel_h = 3, .kernel_w = 5, .stride = 2, .pad = 2, .groups = 11, .dilation = 3}},
                      ProductCase{"items", {90, 3, 9, 9}, {.maps = 5, .kernel_h = 3, .kernel_w = 3}},
                      ProductCase{"linear", {11, 17, 6, 6}, {.maps = 77, .kernel_h = 6, .kernel_w = 6}}),
    BackendName());

TEST(Parts, MapsEqualTheWhole) {
  const Tensor x = random_tensor({3, 26, 20, 20}, 1, -100.0F, 300.0F);
  const Tensor g = random_tensor({4, 26, 9, 11}, 2);
  const std::vector<Window> at = {{2, 3, 4}, {0, -2, 15}, {1, 18, 0}, {2, 0, 0}};
  expect_agreement(small(), 2 * kElementwise, [&](Backend& backend) {
    const DeviceTensor full = upload(backend, x);
    const DeviceTensor part = upload(backend, g);
    std::vector<Tensor> results;
    const auto keep = [&](const DeviceTensor& result) { results.push_back(backend.download(result)); };
    DeviceTensor y;
    DeviceTensor masked = upload(backend, g);
    DeviceSwitches switches;
    backend.lrn(full, {}, y);
    keep(y);
    backend.lrn_backward(full, {}, part, at, y);
    keep(y);
    backend.relu_backward(Rule::kGuided, full, at, masked);
    keep(masked);
    backend.max_pool(full, {.kernel = 3, .stride = 2, .pad = 1}, y, switches);
    keep(y);
    backend.unpool(part, at, switches, {.kernel = 3, .stride = 2, .pad = 1}, {20, 20}, {18, 22}, at, y);
    keep(y);
    backend.gather_windows(full, at, {12, 13}, -1.0F, &part, at, y);
    keep(y);
    backend.cover(full, at, {12, 13}, {.side = 5, .soft_edge = 2, .fill = std::vector<float>(26, 7.0F)}, at, y);
    keep(y);
    backend.channel_sum(full, y);
    keep(y);
    backend.channel_max(full, y, switches);
    keep(y);
    backend.relu(full, y);
    keep(y);
    return results;
  });
}

TEST(Parts, BranchesEqualTheWhole) {
  const Tensor x = random_tensor({3, 26, 20, 20}, 1, -4.0F, 4.0F);
  const Tensor other = random_tensor({3, 26, 20, 20}, 2);
  const Tensor factors = random_tensor({3, 26, 1, 1}, 3);
  const Tensor leaks = random_tensor({1, 26, 1, 1}, 4);
  const Tensor g = random_tensor({4, 26, 9, 11}, 5);
  const std::vector<Window> at = {{2, 3, 4}, {0, -2, 15}, {1, 18, 0}, {2, 0, 0}};
  const Activation leaky{.kind = Activation::Kind::kLeakyRelu};
  expect_agreement(small(), 2 * kElementwise, [&](Backend& backend) {
    const DeviceTensor full = upload(backend, x);
    const DeviceTensor second = upload(backend, other);
    const DeviceTensor slopes = upload(backend, leaks);
    const DeviceTensor part = upload(backend, g);
    std::vector<Tensor> results;
    const auto keep = [&](const DeviceTensor& result) { results.push_back(backend.download(result)); };
    DeviceTensor y;
    backend.add(full, second, true, y);
    keep(y);
    backend.multiply(full, second, y);
    keep(y);
    backend.multiply(full, upload(backend, factors), y);
    keep(y);
    backend.copy_maps(full, 3, 21, y, 5);
    keep(y);
    backend.activate(full, leaky, &slopes, y);
    keep(y);
    for (const Rule rule : {Rule::kDeconvnet, Rule::kGuided}) {
      DeviceTensor signal = upload(backend, g);
      backend.activation_backward(rule, leaky, &slopes, full, at, signal);
      keep(signal);
    }
    backend.average_pool(full, {.kernel = {3, 2}, .stride = 2, .pad = 1}, y);
    keep(y);
    backend.average_pool(full, {.kernel = {20, 20}}, y);
    keep(y);
    backend.average_unpool(part, at, {.kernel = {3, 2}, .stride = 2, .pad = 1}, {20, 20}, {18, 22}, at, y);
    keep(y);
    return results;
  });
}

}  // namespace
}  // namespace zf::testing
