#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "core/backend/specs.h"
#include "core/tensor/tensor.h"
#include "tests/backend/conv_kernels_naive.h"

namespace zf::test {

// Single precision over thousands of terms, and Winograd's transforms, stay well below this.
inline constexpr double kTolerance = 2e-5;

/// A convolution that the tests of the kernels run.
struct ConvCase {
  const char* name;
  Shape x;
  ConvSpec spec;
};

inline std::ostream& operator<<(std::ostream& out, const ConvCase& c) {
  return out << c.name << ": " << to_string(c.x) << " to " << c.spec.maps << " maps, kernel " << c.spec.kernel_h << "x" << c.spec.kernel_w
             << " stride " << c.spec.stride << " pad " << c.spec.pad << " groups " << c.spec.groups << " dilation " << c.spec.dilation;
}

/// Strides, groups, dilations, tails of every block, tiles that hang over, one item and many.
[[nodiscard]] inline std::vector<ConvCase> conv_cases() {
  return {
      {"point", {1, 1, 1, 1}, {1, 1, 1, 1, 0, 1}},
      {"one_tap", {3, 7, 5, 6}, {9, 1, 1, 1, 0, 1}},
      {"one_tap_stride", {2, 5, 9, 8}, {7, 1, 1, 2, 0, 1}},
      {"one_tap_shallow", {2, 5, 40, 61}, {30, 1, 1, 1, 0, 1}},
      {"few_columns", {1, 33, 5, 5}, {90, 1, 1, 1, 0, 1}},
      {"few_columns_batch", {3, 40, 5, 5}, {70, 3, 3, 2, 1, 1}},
      {"few_columns_deep", {1, 300, 3, 5}, {35, 1, 4, 1, 1, 1}},
      {"conv1", {2, 3, 37, 41}, {13, 7, 7, 2, 1, 1}},
      {"conv1_wide", {1, 3, 120, 118}, {10, 7, 7, 2, 1, 1}},
      {"conv1_of_alexnet", {2, 3, 43, 47}, {14, 11, 11, 4, 2, 1}},
      {"conv2", {3, 20, 27, 27}, {40, 5, 5, 2, 0, 1}},
      {"conv2_of_alexnet", {2, 12, 27, 27}, {16, 5, 5, 1, 2, 2}},
      {"conv3", {1, 32, 13, 13}, {33, 3, 3, 1, 1, 1}},
      {"conv3_batch", {9, 24, 13, 13}, {30, 3, 3, 1, 1, 1}},
      {"conv3_groups", {2, 12, 13, 13}, {20, 3, 3, 1, 1, 2}},
      {"conv3_valid", {3, 16, 9, 9}, {18, 3, 3, 1, 0, 1}},
      {"conv3_small", {5, 40, 6, 6}, {50, 3, 3, 1, 1, 1}},
      {"conv3_tiny", {3, 8, 2, 3}, {8, 3, 3, 1, 1, 1}},
      {"windows", {29, 24, 5, 5}, {20, 3, 3, 1, 2, 1}},
      {"windows_oblong", {45, 16, 3, 4}, {18, 3, 3, 1, 2, 1}},
      {"windows_stride", {33, 20, 7, 7}, {40, 5, 5, 2, 3, 1}},
      {"deep", {1, 300, 4, 4}, {5, 3, 3, 1, 1, 1}},
      {"pad_beyond_kernel", {2, 3, 4, 5}, {4, 3, 3, 1, 4, 1}},
      {"oblong", {2, 4, 11, 8}, {6, 2, 5, 1, 1, 1}},
      {"oblong_stride", {2, 4, 13, 17}, {6, 4, 3, 3, 2, 1}},
      {"depthwise", {2, 10, 8, 9}, {10, 3, 3, 1, 1, 10}},
      {"depthwise_stride", {3, 6, 17, 40}, {6, 3, 3, 2, 1, 6}},
      {"depthwise_narrow", {2, 20, 7, 7}, {20, 3, 3, 1, 1, 20}},
      {"depthwise_wide", {1, 3, 9, 51}, {3, 3, 3, 1, 2, 3}},
      {"depthwise_5_stride", {2, 4, 13, 70}, {4, 5, 5, 2, 2, 4}},
      {"depthwise_maps", {2, 5, 30, 11}, {10, 5, 5, 1, 2, 5}},
      {"depthwise_dilated", {2, 5, 19, 21}, {10, 3, 3, 2, 3, 5, 3}},
      {"depthwise_one_tap", {2, 5, 6, 7}, {5, 1, 1, 1, 0, 5}},
      {"dilated", {2, 13, 13, 12}, {17, 3, 3, 1, 2, 1, 2}},
      {"dilated_groups", {3, 12, 15, 14}, {10, 3, 3, 2, 4, 2, 3}},
      {"dilated_oblong", {2, 40, 11, 19}, {6, 2, 5, 2, 1, 1, 2}},
      {"stride_beyond_kernel", {1, 3, 14, 14}, {4, 2, 2, 4, 0, 1}},
      {"even", {2, 6, 12, 12}, {8, 4, 4, 2, 1, 1}},
      {"fc", {1, 20, 6, 6}, {37, 6, 6, 1, 0, 1}},
      {"fc_few", {3, 20, 6, 6}, {37, 6, 6, 1, 0, 1}},
      {"fc_batch", {35, 16, 6, 6}, {70, 6, 6, 1, 0, 1}},
      {"fc_of_fc", {20, 300, 1, 1}, {270, 1, 1, 1, 0, 1}},
      {"fc_many", {130, 11, 1, 1}, {5, 1, 1, 1, 0, 1}},
  };
}

/// The tensors of a case.
class ConvCaseTest : public testing::TestWithParam<ConvCase> {
 protected:
  ConvSpec spec_ = GetParam().spec;
  Shape in_ = GetParam().x;
  Size kernel_ = spec_.extent();
  Shape out_{in_.n, spec_.maps, output_size(in_.h, kernel_.h, spec_.stride, spec_.pad),
             output_size(in_.w, kernel_.w, spec_.stride, spec_.pad)};
  Tensor weight_ = random_tensor({spec_.maps, in_.c / spec_.groups, spec_.kernel_h, spec_.kernel_w}, 1);
  Tensor bias_ = random_tensor({1, spec_.maps, 1, 1}, 2);
  Tensor x_ = random_tensor(in_, 3);
};

}  // namespace zf::test
