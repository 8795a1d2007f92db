// Convolutions of few columns, such as small maps of one image: too few to give every thread blocks of its own.
#include <algorithm>

#include "core/backend/cpu/conv_paths.h"

namespace zf::cpu {

namespace {

constexpr int kMostColumns = 1024;
constexpr std::size_t kMostPacked = std::size_t{1} << 21;  // floats
constexpr int kRowsAtOnce = 32;
constexpr int kPartsAThread = 4;

[[nodiscard]] int blocks_of(int extent, int block) { return (extent + block - 1) / block; }

/// The matrix of columns, packed once by all threads, times parts of the maps.
class FewColumnsConv {
 public:
  FewColumnsConv(Context& context, const ConvColumns& columns, const CpuFilters& filters, const float* bias, bool relu, float* y)
      : context_(context),
        columns_(columns),
        filters_(filters),
        bias_(bias),
        relu_(relu),
        y_(y),
        plane_(columns.out.h * columns.out.w),
        pitch_(odd_lines(round_up(columns.count(), panel_columns()))) {}

  void run() {
    const int maps = filters_.spec().maps;
    b_ = context_.shared.floats(static_cast<std::size_t>(filters_.row()) * pitch_);
    panels_ = filters_.panels();
    context_.pool.parallel_for(blocks_of(filters_.row(), kRowsAtOnce), [&](int index, int) { pack(index * kRowsAtOnce); });
    const int wanted = kPartsAThread * context_.pool.size();
    const int part = round_up(blocks_of(maps, wanted), panel_rows());
    context_.pool.parallel_for(blocks_of(maps, part), [&](int index, int thread) {
      compute(index * part, std::min(part, maps - index * part), context_.local[static_cast<std::size_t>(thread)]);
    });
  }

 private:
  void pack(int first) {
    for (int row = first; row < std::min(first + kRowsAtOnce, filters_.row()); ++row) {
      const int tap = row % filters_.taps();
      pack_row(columns_, row / filters_.taps(), tap / filters_.spec().kernel_w, tap % filters_.spec().kernel_w, 0, columns_.count(),
               b_ + static_cast<std::ptrdiff_t>(row) * pitch_);
    }
  }

  void compute(int map, int maps, Scratch& scratch) const {
    const bool one_image = columns_.in.n == 1;
    Gemm job;
    job.m = maps;
    job.n = columns_.count();
    job.a_pitch = static_cast<std::ptrdiff_t>(panel_rows()) * filters_.row();
    job.b_pitch = pitch_;
    job.c = one_image ? y_ + static_cast<std::ptrdiff_t>(map) * plane_ : scratch.floats(static_cast<std::size_t>(maps) * pitch_);
    job.c_pitch = one_image ? plane_ : pitch_;
    const int depth = panel_depth();
    for (int k0 = 0; k0 < filters_.row(); k0 += depth) {
      job.k = std::min(depth, filters_.row() - k0);
      job.a = panels_ + map / panel_rows() * job.a_pitch + static_cast<std::ptrdiff_t>(k0) * panel_rows();
      job.b = b_ + static_cast<std::ptrdiff_t>(k0) * pitch_;
      job.accumulate = k0 > 0;
      if (k0 + job.k == filters_.row()) {
        job.bias = bias_ == nullptr ? nullptr : bias_ + map;
        job.relu = relu_;
      }
      gemm(job);
    }
    if (!one_image) scatter(map, maps, job.c);
  }

  void scatter(int map, int maps, const float* c) const {
    for (int m = 0; m < maps; ++m, c += pitch_) {
      for (int n = 0; n < columns_.in.n; ++n) {
        std::copy_n(c + static_cast<std::ptrdiff_t>(n) * plane_, plane_,
                    y_ + (static_cast<std::ptrdiff_t>(n) * filters_.spec().maps + map + m) * plane_);
      }
    }
  }

  Context& context_;
  const ConvColumns& columns_;
  const CpuFilters& filters_;
  const float* bias_;
  bool relu_;
  float* y_;
  int plane_;
  int pitch_;
  float* b_ = nullptr;
  const float* panels_ = nullptr;
};

}  // namespace

bool has_few_columns(const ConvColumns& columns, const CpuFilters& filters) {
  const int count = columns.count();
  return filters.spec().groups == 1 && count <= kMostColumns &&
         static_cast<std::size_t>(filters.row()) * static_cast<std::size_t>(round_up(count, panel_columns())) <= kMostPacked;
}

void conv_few_columns(Context& context, const ConvColumns& columns, const CpuFilters& filters, const float* bias, bool relu, float* y) {
  FewColumnsConv(context, columns, filters, bias, relu, y).run();
}

}  // namespace zf::cpu
