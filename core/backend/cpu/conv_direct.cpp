#include <algorithm>

#include "core/backend/cpu/conv_paths.h"

namespace zf::cpu {

namespace {

constexpr int kWidest = 128;  // columns of B packed at once: 128 KB, half of a second-level cache's share
constexpr int kWidestShallow = 1024;
constexpr int kFirstLevel = 8192;  // floats of B that are packed at once where it is shallow
constexpr int kSmallPlane = 512;   // below, blocks cross images so that panels are full

struct Block {
  int group;
  int first;  // column
  int count;
};

/// One block of columns through all of K. C goes straight into y where the block lies in one image, else through scratch.
class DirectConv {
 public:
  DirectConv(Context& context, const ConvColumns& columns, const CpuFilters& filters, const ConvEnd& end)
      : context_(context),
        columns_(columns),
        filters_(filters),
        end_(end),
        plane_(columns.out.h * columns.out.w),
        item_(static_cast<std::size_t>(filters.spec().maps) * plane_),
        crossing_(columns.in.n > 1 && plane_ < kSmallPlane),
        in_place_(!crossing_ && columns_in_place(columns, filters)) {}

  void run() {
    const int extent = crossing_ ? columns_.count() : plane_;
    const int images = crossing_ ? 1 : columns_.in.n;
    const int groups = filters_.spec().groups;
    const int panel = panel_columns();
    const int widest = std::clamp(kFirstLevel / std::min(panel_depth(), filters_.row()), kWidest, kWidestShallow);
    const int threads = context_.pool.size();
    const int wanted = std::max(blocks_of(extent, widest / panel * panel), blocks_of(2 * threads, images * groups));
    const int blocks = std::min(blocks_of(extent, panel), images * groups % threads == 0 ? wanted : round_up(wanted, threads));
    width_ = blocks_of(blocks_of(extent, panel), blocks) * panel;
    pitch_ = odd_lines(width_);
    (void)filters_.panels();  // made by one thread
    context_.pool.parallel_for(blocks * images * groups, [&](int index, int thread) {
      const int first = part_start(index % blocks, blocks, extent, panel);
      const int end = part_start(index % blocks + 1, blocks, extent, panel);
      const int image = index / blocks % images;
      const Block block{index / blocks / images, image * plane_ + first, end - first};
      compute(block, context_.local[thread]);
    });
  }

 private:
  void compute(const Block& block, Scratch& scratch) {
    const int maps = filters_.group_maps();
    const int depth = std::min(panel_depth(), filters_.row());  // rows of B at once
    const int packed = in_place_ ? 0 : depth;
    float* b = scratch.floats(static_cast<std::size_t>(packed + (crossing_ ? maps : 0)) * pitch_);
    const int map = block.group * maps;
    Gemm job;
    job.m = maps;
    job.n = block.count;
    job.b_pitch = in_place_ ? plane_ : pitch_;
    const std::size_t image = static_cast<std::size_t>(block.first) / plane_;
    const std::size_t at = place(block.first, map);
    job.c = crossing_ ? b + static_cast<std::ptrdiff_t>(packed) * pitch_ : end_.y + image * (item_ + end_.gap) + at;
    job.c_pitch = crossing_ ? pitch_ : plane_;
    for (int k0 = 0; k0 < filters_.row(); k0 += depth) {
      job.k = std::min(depth, filters_.row() - k0);
      if (in_place_) {
        job.b = columns_.x + plane_at(columns_.in, static_cast<int>(image), block.group * filters_.group_channels() + k0) +
                block.first % plane_;
      } else {
        pack_block(block, k0, job.k, b);
        job.b = b;
      }
      filters_.set_panels(job, block.group, 0, k0);
      job.accumulate = k0 > 0;
      if (k0 + job.k == filters_.row()) {
        job.bias = end_.bias == nullptr ? nullptr : end_.bias + map;
        job.added = end_.added == nullptr || crossing_ ? nullptr : end_.added + image * item_ + at;
        job.relu = crossing_ ? end_.scratch_relu() : end_.relu;
      }
      gemm(job);
    }
    if (crossing_) scatter(block, job.c);
  }

  void pack_block(const Block& block, int k0, int k, float* b) const {
    const ConvSpec& spec = filters_.spec();
    for (int i = 0; i < k; ++i) {
      const int row = k0 + i;
      const int tap = row % filters_.taps();
      const int c = block.group * filters_.group_channels() + row / filters_.taps();
      pack_row(columns_, c, tap / spec.kernel_w, tap % spec.kernel_w, block.first, block.count,
               b + static_cast<std::ptrdiff_t>(i) * pitch_);
    }
  }

  void scatter(const Block& block, const float* c) const {
    for (int m = 0; m < filters_.group_maps(); ++m, c += pitch_) {
      for (int done = 0; done < block.count;) {
        const int column = block.first + done;
        const int span = std::min(block.count - done, plane_ - column % plane_);
        end_.put(c + done, span, static_cast<std::size_t>(column) / plane_, item_, place(column, block.group * filters_.group_maps() + m));
        done += span;
      }
    }
  }

  /// Within its item.
  [[nodiscard]] std::size_t place(int column, int map) const { return static_cast<std::size_t>(map) * plane_ + column % plane_; }

  Context& context_;
  const ConvColumns& columns_;
  const CpuFilters& filters_;
  const ConvEnd& end_;
  int plane_;
  std::size_t item_;  ///< floats of an item's maps
  bool crossing_;     ///< whether blocks of columns cross images
  bool in_place_;     ///< whether the images are the columns
  int width_ = 0;
  int pitch_ = 0;  ///< of a row of B in scratch
};

}  // namespace

void conv_direct(Context& context, const ConvColumns& columns, const CpuFilters& filters, const ConvEnd& end) {
  DirectConv(context, columns, filters, end).run();
}

}  // namespace zf::cpu
