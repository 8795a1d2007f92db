// Convolutions of few columns, such as small maps of one image: fewer than weights, or too few to give every thread blocks of its own.
#include <algorithm>

#include "core/backend/cpu/conv_paths.h"

namespace zf::cpu {

namespace {

constexpr int kMostColumns = 1024;
constexpr int kPackedAtOnce = 1 << 17;  // floats
constexpr int kRowsAtOnce = 32;
constexpr int kPartsAThread = 2;
constexpr int kBlocksAThread = 2;

/// Whether the columns of all images are there, which are those of one.
[[nodiscard]] bool in_place(const ConvColumns& columns, const CpuFilters& filters) {
  return columns.in.n == 1 && columns_in_place(columns, filters);
}

/// The most that a thread has of an extent which all of them share in whole blocks.
[[nodiscard]] int share(int extent, int block, int threads) { return blocks_of(blocks_of(extent, block), threads) * block; }

/// The matrix of columns, packed by all threads, times parts of the maps: rows that fit into a second-level cache after rows.
class FewColumnsConv {
 public:
  FewColumnsConv(Context& context, const ConvColumns& columns, const CpuFilters& filters, const ConvEnd& end)
      : context_(context),
        columns_(columns),
        filters_(filters),
        end_(end),
        one_image_(columns.in.n == 1),
        plane_(columns.out.h * columns.out.w),
        in_place_(in_place(columns, filters)),
        pitch_(in_place_ ? plane_ : odd_lines(round_up(columns.count(), panel_columns()))) {}

  void run() {
    const int maps = filters_.spec().maps;
    const int parts = std::min(blocks_of(maps, panel_rows()), kPartsAThread * context_.pool.size());
    const int rows =
        in_place_ ? filters_.row() : std::clamp(round_up(kPackedAtOnce / pitch_, panel_depth()), panel_depth(), filters_.row());
    const std::size_t packed = in_place_ ? 0 : static_cast<std::size_t>(rows) * pitch_;
    const std::size_t sums = one_image_ ? 0 : static_cast<std::size_t>(maps) * pitch_;
    float* scratch = context_.shared.floats(packed + sums);
    c_ = one_image_ ? end_.y : scratch + packed;
    c_pitch_ = one_image_ ? plane_ : pitch_;
    (void)filters_.panels();  // made by one thread
    for (int k = 0; k < filters_.row(); k += rows) {
      const int end = std::min(k + rows, filters_.row());
      if (!in_place_) {
        context_.pool.parallel_for(blocks_of(end - k, kRowsAtOnce),
                                   [&](int index, int) { pack(k + index * kRowsAtOnce, end, scratch + index * kRowsAtOnce * pitch_); });
      }
      const float* b = in_place_ ? columns_.x : scratch;
      context_.pool.parallel_for(parts, [&](int index, int) {
        const int map = part_start(index, parts, maps, panel_rows());
        const int count = part_start(index + 1, parts, maps, panel_rows()) - map;
        multiply(map, count, b, k, end);
        if (end == filters_.row() && !one_image_) scatter(map, count);
      });
    }
  }

 private:
  void pack(int first, int end, float* to) const {
    for (int row = first; row < std::min(first + kRowsAtOnce, end); ++row, to += pitch_) {
      const int tap = row % filters_.taps();
      pack_row(columns_, row / filters_.taps(), tap / filters_.spec().kernel_w, tap % filters_.spec().kernel_w, 0, columns_.count(), to);
    }
  }

  /// Adds up rows [first, end), of which b holds the first.
  void multiply(int map, int maps, const float* b, int first, int end) const {
    Gemm job;
    job.m = maps;
    job.n = columns_.count();
    job.b_pitch = pitch_;
    job.c = c_ + static_cast<std::ptrdiff_t>(map) * c_pitch_;
    job.c_pitch = c_pitch_;
    const int depth = panel_depth();
    for (int k = first; k < end; k += depth) {
      job.k = std::min(depth, end - k);
      filters_.set_panels(job, 0, map, k);
      job.b = b + static_cast<std::ptrdiff_t>(k - first) * pitch_;
      job.accumulate = k > 0;
      if (k + job.k == filters_.row()) {
        job.bias = end_.bias == nullptr ? nullptr : end_.bias + map;
        job.added = end_.added == nullptr || !one_image_ ? nullptr : end_.added + static_cast<std::ptrdiff_t>(map) * plane_;
        job.relu = one_image_ ? end_.relu : end_.scratch_relu();
      }
      gemm(job);
    }
  }

  void scatter(int map, int maps) const {
    const float* c = c_ + static_cast<std::ptrdiff_t>(map) * c_pitch_;
    for (int m = 0; m < maps; ++m, c += c_pitch_) {
      for (int n = 0; n < columns_.in.n; ++n) {
        end_.put(c + static_cast<std::ptrdiff_t>(n) * plane_, plane_, n, static_cast<std::size_t>(filters_.spec().maps) * plane_,
                 static_cast<std::size_t>(map + m) * plane_);
      }
    }
  }

  Context& context_;
  const ConvColumns& columns_;
  const CpuFilters& filters_;
  const ConvEnd& end_;
  bool one_image_;
  int plane_;
  bool in_place_;
  int pitch_;  ///< of a row of columns
  float* c_ = nullptr;
  int c_pitch_ = 0;
};

}  // namespace

bool has_few_columns(const Context& context, const ConvColumns& columns, const CpuFilters& filters) {
  const int count = columns.count();
  const int maps = filters.spec().maps;
  const int threads = context.pool.size();
  if (filters.spec().groups > 1 || count > kMostColumns) return false;
  if (2 * count < maps || count < kBlocksAThread * threads * panel_columns()) return true;
  // Where nothing is packed, whichever is longer, or shared more evenly.
  return in_place(columns, filters) &&
         (count < maps || share(count, panel_columns(), threads) * maps > share(maps, panel_rows(), threads) * count);
}

void conv_few_columns(Context& context, const ConvColumns& columns, const CpuFilters& filters, const ConvEnd& end) {
  FewColumnsConv(context, columns, filters, end).run();
}

}  // namespace zf::cpu
