// Which outputs read which inputs, against reading them off one by one.
#include "core/analysis/windows.h"

#include <gtest/gtest.h>

namespace zf {
namespace {

bool reads(const Stencil& s, int output, int input) {
  const int first = output * s.stride - s.pad;
  return input >= first && input < first + s.kernel;
}

TEST(Windows, ReachedOutputsAreThoseThatReadTheChange) {
  constexpr int kInputs = 23;
  for (const Stencil s : {Stencil{1, 1, 0}, Stencil{3, 1, 1}, Stencil{3, 2, 1}, Stencil{7, 2, 1}, Stencil{5, 2, 0}, Stencil{11, 4, 2},
                          Stencil{2, 3, 0}, Stencil{kInputs, 1, 0}}) {
    const int outputs = output_size(kInputs, s.kernel, s.stride, s.pad);
    for (int first = 0; first < kInputs; ++first) {
      for (int count = 1; first + count <= kInputs; ++count) {
        const Extent reached = reached_outputs(s, {first, count}, outputs);
        for (int i = 0; i < outputs; ++i) {
          bool any = false;
          for (int a = first; a < first + count; ++a) any = any || reads(s, i, a);
          const bool inside = i >= reached.first && i < reached.first + reached.count;
          ASSERT_EQ(inside, any) << "kernel " << s.kernel << " stride " << s.stride << " inputs " << first << " + " << count << " output "
                                 << i;
        }
      }
    }
  }
}

TEST(Windows, NothingReachesNothing) {
  EXPECT_EQ(reached_outputs({3, 2, 1}, {4, 0}, 10).count, 0);
  // A stride beyond the kernel skips inputs.
  EXPECT_EQ(reached_outputs({1, 3, 0}, {1, 2}, 10).count, 0);
}

TEST(Windows, OutputsReadTheirInputs) {
  EXPECT_EQ(read_inputs({3, 2, 1}, {0, 4}), (Extent{-1, 9}));
  EXPECT_EQ(read_inputs({7, 2, 1}, {5, 1}), (Extent{9, 7}));
}

TEST(Windows, StencilsFollowTheLayers) {
  const Shape in{1, 8, 6, 5};
  EXPECT_EQ(row_stencil(LinearLayer{10}, in).kernel, 6);
  EXPECT_EQ(column_stencil(LinearLayer{10}, in).kernel, 5);
  EXPECT_EQ(row_stencil(ConvLayer{.maps = 4, .kernel = 3, .stride = 2, .pad = 1}, in).stride, 2);
  EXPECT_EQ(row_stencil(MaxPoolLayer{{.kernel = 3, .stride = 2, .pad = 1}}, in).pad, 1);
  EXPECT_EQ(column_stencil(LrnLayer{}, in).kernel, 1);
}

}  // namespace
}  // namespace zf
