// Transposed convolutions of signals that are mostly zeros: unpooled and rectified maps, single places. Each place lists its
// signals; the sums of their weights are made in registers, a few vectors of (kernel row, kernel column, channel) at a time, and added
// to an output with channels last, in which a kernel row is contiguous unless its taps lie apart. The output is turned to (N, C, H, W) at
// the end.
#include <algorithm>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/conv_sparse_kernel.h"

namespace zf::cpu {

namespace {

constexpr std::size_t kListBytes = 1 << 20;  // of one block of places

class TransposeSparse {
 public:
  TransposeSparse(const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters, float* gx, const Shape& gx_shape)
      : g_(g),
        g_shape_(g_shape),
        origins_(origins),
        filters_(filters),
        spec_(filters.spec()),
        gx_(gx),
        gx_shape_(gx_shape),
        channels_(filters.group_channels()),
        reach_w_((g_shape.w - 1) * spec_.stride + spec_.extent().w) {}

  void run(Context& context) {
    weights_ = filters_.sparse(context);
    const int jobs = g_shape_.n * spec_.groups;
    const int bands = std::min(g_shape_.h, std::max(1, context.pool.size() / jobs));
    band_rows_ = (g_shape_.h + bands - 1) / bands;
    bands_ = (g_shape_.h + band_rows_ - 1) / band_rows_;
    const std::size_t row = static_cast<std::size_t>(reach_w_) * channels_;
    if (bands_ == 1) {
      context.pool.parallel_for(jobs, [&](int job, int thread) {
        float* scratch = context.local[static_cast<std::size_t>(thread)].floats(slice_size() + row + lists_size());
        compute(job, 0, scratch, scratch + slice_size() + row);
        flush(job, 0, gx_shape_.h, scratch, scratch + slice_size());
      });
      return;
    }
    float* slices = context.shared.floats(slice_size() * static_cast<std::size_t>(bands_) * static_cast<std::size_t>(jobs));
    context.pool.parallel_for(jobs * bands_, [&](int index, int thread) {
      compute(index / bands_, index % bands_, slices + slice_size() * static_cast<std::size_t>(index),
              context.local[static_cast<std::size_t>(thread)].floats(lists_size()));
    });
    const int rows = (gx_shape_.h + bands_ - 1) / bands_;
    context.pool.parallel_for(jobs * bands_, [&](int index, int thread) {
      const int first = index % bands_ * rows;
      flush(index / bands_, first, std::min(gx_shape_.h, first + rows),
            slices + slice_size() * static_cast<std::size_t>(index / bands_ * bands_),
            context.local[static_cast<std::size_t>(thread)].floats(row));
    });
  }

 private:
  /// Rows of the output that a band of `rows` signal rows reaches.
  [[nodiscard]] int reach(int rows) const { return (rows - 1) * spec_.stride + spec_.extent().h; }
  /// Floats of a band's output with channels last. The last kernel row's last vector hangs over.
  [[nodiscard]] std::size_t slice_size() const {
    return static_cast<std::size_t>(round_up(reach(band_rows_) * reach_w_ * channels_ + 2 * kSparseVectors * sparse_lanes(), 16));
  }
  [[nodiscard]] int block_rows() const {
    const std::size_t row = static_cast<std::size_t>(g_shape_.w) * filters_.group_maps() * sizeof(SparseSignal);
    return std::clamp(static_cast<int>(kListBytes / row), 1, band_rows_);
  }
  /// Floats that hold a block's lists and their lengths.
  [[nodiscard]] std::size_t lists_size() const {
    const std::size_t places = static_cast<std::size_t>(block_rows()) * g_shape_.w;
    return (places * (static_cast<std::size_t>(filters_.group_maps()) * sizeof(SparseSignal) + sizeof(int))) / sizeof(float);
  }

  void compute(int job, int band, float* slice, float* lists_memory) const {
    std::fill_n(slice, slice_size(), 0.0F);
    const int first = band * band_rows_;
    const int last = std::min(g_shape_.h, first + band_rows_);
    const int block = block_rows();
    SparseLists lists;
    lists.capacity = filters_.group_maps();
    lists.signals = reinterpret_cast<SparseSignal*>(lists_memory);
    lists.counts = reinterpret_cast<int*>(lists.signals + static_cast<std::ptrdiff_t>(block) * g_shape_.w * lists.capacity);
    for (int row = first; row < last; row += block) {
      const int rows = std::min(block, last - row);
      std::fill_n(lists.counts, rows * g_shape_.w, 0);
      for (int m = 0; m < lists.capacity; ++m) {
        const float* from = g_ + plane_at(g_shape_, job / spec_.groups, job % spec_.groups * lists.capacity + m);
        collect_signals(from + static_cast<std::ptrdiff_t>(row) * g_shape_.w, rows * g_shape_.w, m, lists, 0);
      }
      add(job % spec_.groups, lists, rows, slice + static_cast<std::ptrdiff_t>(row - first) * spec_.stride * reach_w_ * channels_);
    }
  }

  /// All weights of a block of places, kSparseVectors vectors at a time.
  void add(int group, const SparseLists& lists, int rows, float* out) const {
    const SparseLayout layout = filters_.sparse_layout();
    std::ptrdiff_t offsets[kSparseVectors];
    SparseSum sum;
    sum.lists = lists;
    sum.rows = rows;
    sum.columns = g_shape_.w;
    sum.weights = weights_ + layout.group_size * static_cast<std::size_t>(group);
    sum.offsets = offsets;
    sum.out = out;
    sum.out_row = static_cast<std::ptrdiff_t>(spec_.stride) * reach_w_ * channels_;
    sum.out_column = static_cast<std::ptrdiff_t>(spec_.stride) * channels_;
    for (int first = 0; first < layout.vectors; first += kSparseVectors) {
      sum.vectors = std::min(kSparseVectors, layout.vectors - first);
      for (int i = 0; i < sum.vectors; ++i) {
        // Vectors that only fill up the last sum are zeros, added wherever there is room.
        const int vector = std::min(first + i, layout.rows * layout.row_vectors - 1);
        const int tap = vector / layout.row_vectors * layout.row_taps;
        const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(tap / spec_.kernel_w) * reach_w_ + tap % spec_.kernel_w;
        offsets[i] = place * spec_.dilation * channels_ + static_cast<std::ptrdiff_t>(vector % layout.row_vectors) * sparse_lanes();
      }
      add_sparse(sum);
      sum.weights += static_cast<std::ptrdiff_t>(sum.vectors) * sparse_lanes() * lists.capacity;
    }
  }

  /// Rows [first, last) of gx from the slices of all bands.
  void flush(int job, int first, int last, const float* slices, float* row) const {
    const Origin origin = origins_.at(job / spec_.groups);
    const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(gx_shape_.plane());
    float* to = gx_ + plane_at(gx_shape_, job / spec_.groups, job % spec_.groups * channels_);
    const int left = std::clamp(origin.x, 0, gx_shape_.w);
    const int right = std::clamp(origin.x + reach_w_, left, gx_shape_.w);
    for (int y = first; y < last; ++y) {
      const float* from = reached_row(y - origin.y, slices, row);
      for (int c = 0; c < channels_; ++c) {
        float* line = to + c * plane + static_cast<std::ptrdiff_t>(y) * gx_shape_.w;
        std::fill(line, from == nullptr ? line + gx_shape_.w : line + left, 0.0F);
        if (from != nullptr) std::fill(line + right, line + gx_shape_.w, 0.0F);
      }
      if (from == nullptr || left == right) continue;
      transpose(from + static_cast<std::ptrdiff_t>(left - origin.x) * channels_, channels_, right - left, channels_,
                to + static_cast<std::ptrdiff_t>(y) * gx_shape_.w + left, plane);
    }
  }

  /// Row y of what the signals reach: a band's, or the sum of bands that overlap there, in `row`; null outside.
  [[nodiscard]] const float* reached_row(int y, const float* slices, float* row) const {
    const std::ptrdiff_t length = static_cast<std::ptrdiff_t>(reach_w_) * channels_;
    const float* found = nullptr;
    for (int band = 0; band < bands_; ++band) {
      const int rows = std::min(band_rows_, g_shape_.h - band * band_rows_);
      const int y_in_band = y - band * band_rows_ * spec_.stride;
      if (y_in_band < 0 || y_in_band >= reach(rows)) continue;
      const float* from = slices + static_cast<std::ptrdiff_t>(slice_size()) * band + y_in_band * length;
      if (found == nullptr) {
        found = from;
      } else {
        std::transform(found, found + length, from, row, [](float a, float b) { return a + b; });
        found = row;
      }
    }
    return found;
  }

  const float* g_;
  const Shape& g_shape_;
  const Origins& origins_;
  const CpuFilters& filters_;
  const ConvSpec& spec_;
  float* gx_;
  const Shape& gx_shape_;
  int channels_;
  int reach_w_;
  int band_rows_ = 0;
  int bands_ = 0;
  const float* weights_ = nullptr;
};

}  // namespace

void conv_transpose_sparse(Context& context, const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters,
                           float* gx, const Shape& gx_shape) {
  TransposeSparse(g, g_shape, origins, filters, gx, gx_shape).run(context);
}

}  // namespace zf::cpu
