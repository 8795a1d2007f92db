#include <algorithm>

#include "core/backend/cpu/conv_paths.h"

namespace zf::cpu {

namespace {

constexpr int kDepth = 256;                     // places at once
constexpr int kRows = 96;                       // kernel taps (of all channels) a job computes at once
constexpr std::size_t kTurnedFloats = 1 << 20;  // of g^T at once: stays in the third-level cache

/// Transposed throughout: gradient^T (row, maps) += columns (row, places) * g^T (places, maps), in slices of places.
class GradientDirect {
 public:
  GradientDirect(Context& context, const ConvColumns& columns, const ConvSpec& spec, const float* g)
      : context_(context),
        columns_(columns),
        spec_(spec),
        g_(g),
        maps_(spec.maps / spec.groups),
        row_(columns.in.c / spec.groups * spec.kernel_h * spec.kernel_w),
        width_(round_up(maps_, panel_columns())) {}

  void run(float* weight) {
    const std::size_t pitch = static_cast<std::size_t>(width_);
    const std::size_t most = std::max<std::size_t>(1, kTurnedFloats / pitch / spec_.groups / kDepth) * kDepth;
    const int slice = static_cast<int>(std::min<std::size_t>(most, static_cast<std::size_t>(round_up(columns_.count(), kDepth))));
    const std::size_t turned_group = pitch * slice;
    sums_ = context_.shared.floats((turned_group + pitch * row_) * spec_.groups);
    turned_ = sums_ + pitch * row_ * spec_.groups;
    for (int first = 0; first < columns_.count(); first += slice) {
      const int count = std::min(slice, columns_.count() - first);
      turn(first, count, turned_group);
      multiply(first, count, turned_group);
    }
    context_.pool.parallel_for(spec_.groups, [&](int group, int) {
      const std::size_t at = static_cast<std::size_t>(group) * row_;
      transpose(sums_ + at * pitch, width_, row_, maps_, weight + at * maps_, row_);
    });
  }

 private:
  void turn(int first, int count, std::size_t turned_group) {
    const int plane = columns_.out.h * columns_.out.w;
    const int blocks = (count + kDepth - 1) / kDepth;
    context_.pool.parallel_for(blocks * spec_.groups, [&](int index, int) {
      const int group = index / blocks;
      const int start = index % blocks * kDepth;
      const int end = std::min(count, start + kDepth);
      for (int done = start; done < end;) {
        const int column = first + done;
        const int span = std::min(end - done, plane - column % plane);
        const float* from = g_ + (static_cast<std::ptrdiff_t>(column / plane) * spec_.maps + group * maps_) * plane + column % plane;
        transpose(from, plane, maps_, span, turned_ + turned_group * group + static_cast<std::ptrdiff_t>(done) * width_, width_);
        done += span;
      }
    });
  }

  void multiply(int first, int count, std::size_t turned_group) {
    const int blocks = (row_ + kRows - 1) / kRows;
    context_.pool.parallel_for(blocks * spec_.groups, [&](int index, int thread) {
      const int group = index / blocks;
      const int start = index % blocks * kRows;
      float* a = context_.local[thread].floats(static_cast<std::size_t>(kRows) * kDepth);
      Gemm job;
      job.m = std::min(kRows, row_ - start);
      job.n = maps_;
      job.a = a;
      job.a_packed = false;
      job.a_pitch = kDepth;
      job.b_pitch = width_;
      job.c = sums_ + (static_cast<std::ptrdiff_t>(group) * row_ + start) * width_;
      job.c_pitch = width_;
      for (int done = 0; done < count; done += kDepth) {
        job.k = std::min(kDepth, count - done);
        for (int i = 0; i < job.m; ++i) pack_tap(group, start + i, first + done, job.k, a + static_cast<std::ptrdiff_t>(i) * kDepth);
        job.b = turned_ + turned_group * group + static_cast<std::ptrdiff_t>(done) * width_;
        job.accumulate = first + done > 0;
        gemm(job);
      }
    });
  }

  void pack_tap(int group, int row, int first, int count, float* to) const {
    const int taps = spec_.kernel_h * spec_.kernel_w;
    const int c = group * (columns_.in.c / spec_.groups) + row / taps;
    pack_row(columns_, c, row % taps / spec_.kernel_w, row % taps % spec_.kernel_w, first, count, to);
  }

  Context& context_;
  const ConvColumns& columns_;
  const ConvSpec& spec_;
  const float* g_;
  int maps_;
  int row_;
  int width_;
  float* sums_ = nullptr;
  float* turned_ = nullptr;
};

}  // namespace

void weight_gradient_direct(Context& context, const ConvColumns& columns, const ConvSpec& spec, const float* g, float* weight) {
  GradientDirect(context, columns, spec, g).run(weight);
}

}  // namespace zf::cpu
