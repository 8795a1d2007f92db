#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {

struct ConvCase {
  std::string name;
  Shape x;
  ConvSpec spec;
  friend std::ostream& operator<<(std::ostream& out, const ConvCase& c) { return out << c.name; }
};

/// A convolution on a backend, with random operands.
class ConvOn : public ::testing::TestWithParam<std::tuple<NamedBackend, ConvCase>> {
 protected:
  const ConvCase& c = std::get<1>(GetParam());
  Backend& tested = std::get<0>(GetParam()).instance();
  Tensor x = random_tensor(c.x, 1);
  Tensor weight = random_tensor({c.spec.maps, c.x.c / c.spec.groups, c.spec.kernel_h, c.spec.kernel_w}, 2);
  Tensor bias = random_tensor({1, c.spec.maps, 1, 1}, 3);

  [[nodiscard]] Shape output(int pad) const {
    const Size kernel = c.spec.extent();
    return {c.x.n, c.spec.maps, output_size(c.x.h, kernel.h, c.spec.stride, pad), output_size(c.x.w, kernel.w, c.spec.stride, pad)};
  }
  [[nodiscard]] double terms() const { return static_cast<double>(weight.shape().item()); }

  [[nodiscard]] std::unique_ptr<Filters> filters(Backend& backend) const {
    std::unique_ptr<Filters> packed;
    backend.pack(upload(backend, weight), upload(backend, bias), c.spec, packed);
    return packed;
  }
};

/// Of all sizes, strides, paddings, groups and dilations.
inline const std::vector<ConvCase> kConvCases = {
    {"conv1", {1, 3, 37, 41}, {.maps = 24, .kernel_h = 7, .kernel_w = 7, .stride = 2, .pad = 1}},
    {"conv1_batch", {5, 3, 30, 30}, {.maps = 9, .kernel_h = 7, .kernel_w = 7, .stride = 2, .pad = 1}},
    {"alexnet1", {2, 3, 47, 47}, {.maps = 16, .kernel_h = 11, .kernel_w = 11, .stride = 4, .pad = 2}},
    {"conv2", {1, 12, 27, 25}, {.maps = 20, .kernel_h = 5, .kernel_w = 5, .stride = 2}},
    {"conv2_groups", {2, 12, 13, 13}, {.maps = 16, .kernel_h = 5, .kernel_w = 5, .pad = 2, .groups = 2}},
    {"conv3", {1, 32, 13, 13}, {.maps = 48, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"conv3_batch", {3, 17, 13, 13}, {.maps = 21, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"conv3_groups", {1, 12, 9, 11}, {.maps = 30, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 3}},
    {"conv3_stride", {2, 5, 10, 9}, {.maps = 7, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 1}},
    {"conv3_wide_pad", {1, 4, 5, 6}, {.maps = 8, .kernel_h = 3, .kernel_w = 3, .pad = 2}},
    {"conv3_tiny", {1, 8, 1, 1}, {.maps = 8, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"conv3_row", {2, 4, 1, 33}, {.maps = 6, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"kernel_1", {2, 19, 7, 5}, {.maps = 23}},
    {"kernel_1_stride", {1, 6, 9, 9}, {.maps = 5, .stride = 3}},
    {"kernel_2", {1, 3, 8, 8}, {.maps = 4, .kernel_h = 2, .kernel_w = 2, .stride = 2}},
    {"kernel_oblong", {2, 3, 11, 14}, {.maps = 5, .kernel_h = 2, .kernel_w = 5, .pad = 1}},
    {"stride_over_kernel", {1, 2, 12, 12}, {.maps = 3, .kernel_h = 2, .kernel_w = 2, .stride = 5}},
    {"unread_border", {1, 3, 12, 11}, {.maps = 4, .kernel_h = 5, .kernel_w = 5, .stride = 3}},
    {"one_map", {1, 1, 9, 9}, {.maps = 1, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"depthwise", {1, 6, 9, 9}, {.maps = 6, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 6}},
    {"depthwise_batch", {5, 9, 17, 19}, {.maps = 9, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 9}},
    {"depthwise_stride", {2, 7, 15, 18}, {.maps = 7, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 1, .groups = 7}},
    {"depthwise_5", {2, 4, 21, 40}, {.maps = 4, .kernel_h = 5, .kernel_w = 5, .pad = 2, .groups = 4}},
    {"depthwise_5_stride", {1, 3, 23, 70}, {.maps = 3, .kernel_h = 5, .kernel_w = 5, .stride = 2, .pad = 2, .groups = 3}},
    {"depthwise_wide", {1, 2, 11, 150}, {.maps = 2, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 2}},
    {"depthwise_small", {3, 11, 7, 7}, {.maps = 11, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 11}},
    {"depthwise_tiny", {2, 5, 1, 1}, {.maps = 5, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 5}},
    {"depthwise_whole", {2, 6, 7, 7}, {.maps = 6, .kernel_h = 7, .kernel_w = 7, .groups = 6}},
    {"depthwise_maps", {2, 4, 9, 10}, {.maps = 12, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 4}},
    {"depthwise_dilated", {1, 5, 14, 13}, {.maps = 5, .kernel_h = 3, .kernel_w = 3, .pad = 2, .groups = 5, .dilation = 2}},
    {"depthwise_both", {2, 4, 16, 17}, {.maps = 8, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 3, .groups = 4, .dilation = 3}},
    {"depthwise_oblong", {2, 3, 8, 31}, {.maps = 6, .kernel_h = 2, .kernel_w = 5, .stride = 3, .pad = 1, .groups = 3}},
    {"depthwise_gaps", {1, 3, 12, 13}, {.maps = 3, .kernel_h = 2, .kernel_w = 2, .stride = 5, .groups = 3}},
    {"depthwise_1x1", {3, 6, 9, 11}, {.maps = 6, .groups = 6}},
    {"depthwise_1x1_maps", {2, 3, 5, 7}, {.maps = 6, .groups = 3}},
    {"depthwise_1x1_stride", {1, 5, 9, 8}, {.maps = 5, .stride = 2, .groups = 5}},
    {"dilated", {2, 5, 13, 15}, {.maps = 7, .kernel_h = 3, .kernel_w = 3, .pad = 2, .dilation = 2}},
    {"dilated_deep", {1, 40, 19, 17}, {.maps = 24, .kernel_h = 3, .kernel_w = 3, .pad = 6, .dilation = 6}},
    {"dilated_stride", {1, 6, 17, 16}, {.maps = 10, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 3, .groups = 2, .dilation = 3}},
    {"dilated_even", {3, 4, 12, 13}, {.maps = 5, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 2, .dilation = 2}},
    {"dilated_strides", {1, 4, 25, 23}, {.maps = 9, .kernel_h = 3, .kernel_w = 3, .stride = 6, .pad = 4, .dilation = 4}},
    {"dilated_oblong", {2, 3, 14, 19}, {.maps = 4, .kernel_h = 2, .kernel_w = 4, .pad = 1, .dilation = 4}},
    {"dilated_1x1", {2, 9, 6, 6}, {.maps = 5, .dilation = 3}},
    {"dilated_to_one", {2, 4, 5, 5}, {.maps = 6, .kernel_h = 3, .kernel_w = 3, .dilation = 2}},
    {"linear", {1, 16, 6, 6}, {.maps = 50, .kernel_h = 6, .kernel_w = 6}},
    {"linear_batch", {9, 16, 6, 6}, {.maps = 33, .kernel_h = 6, .kernel_w = 6}},
    {"linear_1x1", {1, 130, 1, 1}, {.maps = 70}},
    {"linear_1x1_batch", {33, 65, 1, 1}, {.maps = 10}},
};

}  // namespace zf::testing
