// Weight gradients at Winograd's points: the transposes of the convolution's own steps. With tiles of the input at the points
// (slot, channel) and tiles of the signal there, the sum over tiles of their products is a matrix product a point; the sums
// are transformed to taps once at the end.
#include <algorithm>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/gemm_vector.h"
#include "core/backend/cpu/winograd_tiles.h"
#include "core/backend/cpu/winograd_transform.h"

namespace zf::cpu {

namespace {

constexpr int kPoints = WinogradPlan::kPoints;
/// Sums that are small enough for every thread to have its own: threads then do not wait for each other.
constexpr std::ptrdiff_t kOwnSums = 128 * 1024;
/// Floats of transformed inputs and signals at once, in a thread's own caches or for all threads.
constexpr std::ptrdiff_t kOwnBlock = 192 * 1024;
constexpr std::ptrdiff_t kSharedBlock = 768 * 1024;
/// At least, so that the sums are not read too often; at most, so that a panel of signals stays in the first-level cache.
constexpr int kFewestTiles = 144;
constexpr int kMostTiles = 320;

/// Tile rows [first, last), their sums, and a block of their transformed inputs and signals.
struct Share {
  int first;
  int last;
  float* sums;
  float* inputs;
  float* signals;
};

class GradientRun {
 public:
  GradientRun(Context& context, const WinogradPlan& plan, const ConvColumns& columns, const ConvSpec& spec, const float* g)
      : context_(context),
        plan_(plan),
        spec_(spec),
        g_(g),
        g_shape_{columns.in.n, spec.maps, columns.out.h, columns.out.w},
        grid_(tile_grid(plan, columns.in.n, columns.in.map(), {-columns.pad, -columns.pad}, columns.out)),
        inputs_(plan_, grid_, columns.x, columns.in, spec.groups),
        channels_(columns.in.c),
        maps_(odd_lines(spec.maps)) {}

  void run(float* weight) {
    const std::ptrdiff_t sums = static_cast<std::ptrdiff_t>(plan_.slots()) * channels_ * maps_;
    const int threads = context_.pool.size();
    const bool own = sums <= kOwnSums && grid_.rows() >= threads;
    const int shares = own ? threads : 1;
    set_block(own);
    const std::ptrdiff_t inputs = static_cast<std::ptrdiff_t>(inputs_.size());
    // Behind the last signals, since the last group's vectors may hang over their row.
    const std::ptrdiff_t slack = odd_lines(panel_columns());
    const std::ptrdiff_t size = sums + inputs + static_cast<std::ptrdiff_t>(kPoints) * tiles_ * maps_ + slack;
    float* memory = context_.shared.floats(static_cast<std::size_t>(size) * static_cast<std::size_t>(shares));
    const auto share = [&](int i) {
      float* start = memory + i * size;
      return Share{grid_.rows() * i / shares, grid_.rows() * (i + 1) / shares, start, start + sums, start + sums + inputs};
    };
    if (own) {
      context_.pool.parallel_for(shares, [&](int i, int thread) {
        run_share(share(i), [&](int count, const auto& body) {
          for (int index = 0; index < count; ++index) body(index, thread);
        });
      });
      for (int i = 1; i < shares; ++i) add_scaled(static_cast<int>(sums), 1.0F, memory + i * size, memory);
    } else {
      run_share(share(0), [&](int count, const auto& body) { context_.pool.parallel_for(count, body); });
    }
    context_.pool.parallel_for(channels_, [&](int channel, int thread) { finish(channel, memory, scratch(thread), weight); });
  }

 private:
  [[nodiscard]] Scratch& scratch(int thread) const { return context_.local[static_cast<std::size_t>(thread)]; }

  void set_block(bool own) {
    const std::ptrdiff_t tile = static_cast<std::ptrdiff_t>(plan_.slots()) * channels_ + static_cast<std::ptrdiff_t>(kPoints) * maps_;
    const int fitting = static_cast<int>(std::min<std::ptrdiff_t>(kMostTiles, (own ? kOwnBlock : kSharedBlock) / tile));
    const int tiles = own ? fitting : std::max(kFewestTiles, fitting);
    block_rows_ = std::clamp(tiles / grid_.x.tiles, 1, grid_.rows());
    inputs_.set_rows(block_rows_);
    tiles_ = block_rows_ * grid_.x.tiles;
  }

  /// `loop(count, body)` calls body(index, thread) for every index, on this thread or on all.
  template <typename Loop>
  void run_share(const Share& share, const Loop& loop) const {
    for (int row = share.first; row < share.last; row += block_rows_) {
      const int rows = std::min(block_rows_, share.last - row);
      // A map's rows are one job: the last vector of a row hangs over into the next.
      const int chunk = std::max(1, channels_ / (8 * context_.pool.size()));
      const int chunks = (channels_ + chunk - 1) / chunk;
      loop(chunks + rows, [&](int index, int thread) {
        if (index >= chunks) return transform_signals(row + index - chunks, index - chunks, share.signals, scratch(thread));
        inputs_.transform(row, rows, index * chunk, std::min(channels_, (index + 1) * chunk), share.inputs,
                          scratch(thread).floats(inputs_.work_size()));
      });
      loop(kPoints * spec_.groups, [&](int index, int) { multiply(index, row > share.first, rows * grid_.x.tiles, share); });
    }
  }

  /// One tile row of g, maps side by side, to [point][tile][map].
  void transform_signals(int row, int row_in_block, float* signals, Scratch& scratch) const {
    const int width = grid_.x.tiles * kWinogradOutputs;
    const std::ptrdiff_t line = static_cast<std::ptrdiff_t>(width) * maps_;
    float* lines = scratch.floats(static_cast<std::size_t>(line) * kWinogradOutputs);
    std::fill_n(lines, line * kWinogradOutputs, 0.0F);
    for (int i = 0; i < kWinogradOutputs; ++i) turn_line(row, i, lines + i * line);
    for (int tile = 0; tile < grid_.x.tiles; ++tile) {
      WinogradTargets targets{};
      for (int point = 0; point < kPoints; ++point) {
        targets[static_cast<std::size_t>(point)] =
            signals + (static_cast<std::ptrdiff_t>(point) * tiles_ + row_in_block * grid_.x.tiles + tile) * maps_;
      }
      winograd_signal(lines + static_cast<std::ptrdiff_t>(tile) * kWinogradOutputs * maps_, line, maps_, targets, spec_.maps);
    }
  }

  /// Line i of the tile row's signals, [x][map]; what no map covers stays 0.
  void turn_line(int row, int i, float* to) const {
    const int z = row % grid_.y.tiles * kWinogradOutputs + i;
    const int jy = z / grid_.y.pitch;
    const int y = z - jy * grid_.y.pitch;
    if (jy >= grid_.y.joined || y >= grid_.y.count) return;
    for (int jx = 0; jx < grid_.x.joined; ++jx) {
      const int item = grid_.item(row / grid_.y.tiles, jy, jx);
      if (item >= grid_.items) break;
      const float* from = g_ + plane_at(g_shape_, item, 0) + static_cast<std::ptrdiff_t>(y) * g_shape_.w;
      transpose(from, static_cast<std::ptrdiff_t>(g_shape_.plane()), spec_.maps, g_shape_.w,
                to + static_cast<std::ptrdiff_t>(jx) * grid_.x.pitch * maps_, maps_);
    }
  }

  void multiply(int product, bool accumulate, int tiles, const Share& share) const {
    const int point = product % kPoints;
    const int group = product / kPoints;
    const int group_maps = spec_.maps / spec_.groups;
    Gemm job;
    job.m = (plan_.first_slot(point + 1) - plan_.first_slot(point)) * inputs_.inputs();
    job.n = group_maps;
    job.k = tiles;
    job.a = share.inputs + inputs_.at(group, point);
    job.a_packed = false;
    job.a_pitch = inputs_.pitch();
    job.b = share.signals + static_cast<std::ptrdiff_t>(point) * tiles_ * maps_ + group * group_maps;
    job.b_pitch = maps_;
    job.c = share.sums + sums_at(plan_.first_slot(point), group * inputs_.inputs());
    job.c_pitch = maps_;
    job.accumulate = accumulate;
    gemm(job);
  }

  /// The sums of a slot and channel. Channels of a group follow each other through all the slots of a point.
  [[nodiscard]] std::ptrdiff_t sums_at(int slot, int channel) const {
    const int group = channel / inputs_.inputs();
    return ((static_cast<std::ptrdiff_t>(group) * plan_.slots() + slot) * inputs_.inputs() + channel % inputs_.inputs()) * maps_;
  }

  /// All taps of one channel: from the points of each pair of parts to nine taps, [tap][map], and from there to the weights.
  void finish(int channel, const float* sums, Scratch& scratch, float* weight) const {
    const int group_maps = spec_.maps / spec_.groups;
    const int taps = spec_.kernel_h * spec_.kernel_w;
    const int group = channel / inputs_.inputs();
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(inputs_.inputs()) * taps;
    float* to = weight + group * group_maps * row + static_cast<std::ptrdiff_t>(channel % inputs_.inputs()) * taps;
    float* part = scratch.floats(static_cast<std::size_t>(9) * maps_);
    for (const WinogradPart& y : plan_.y().parts) {
      for (const WinogradPart& x : plan_.x().parts) {
        WinogradSources sources{};
        for (int point = 0; point < kPoints; ++point) {
          const int slot = plan_.slot(point, y.input, x.input);
          sources[static_cast<std::size_t>(point)] = slot < 0 ? nullptr : sums + sums_at(slot, channel);
        }
        winograd_filter_gradient(sources, part, maps_, group_maps);
        for (int i = 0; i < 9; ++i) {
          const int ky = y.taps[static_cast<std::size_t>(i) / 3];
          const int kx = x.taps[static_cast<std::size_t>(i) % 3];
          if (ky < 0 || kx < 0) continue;
          for (int m = 0; m < group_maps; ++m) to[m * row + ky * spec_.kernel_w + kx] = part[i * maps_ + m];
        }
      }
    }
  }

  Context& context_;
  const WinogradPlan& plan_;
  const ConvSpec& spec_;
  const float* g_;
  Shape g_shape_;
  TileGrid grid_;
  InputTiles inputs_;
  int channels_;
  int maps_;  // floats from one tile of g, or one row of sums, to the next
  int block_rows_ = 0;
  int tiles_ = 0;  // of a block
};

}  // namespace

bool weight_gradient_winograd_pays(const WinogradPlan& plan, const ConvColumns& columns, const ConvSpec& spec) {
  constexpr double kProduct = 1.0 / 12;  // cycles, as in winograd_pays
  constexpr double kTransformed = 0.7;
  constexpr double kFinished = 2.0;  // cycles a sum, once
  const TileGrid grid = tile_grid(plan, columns.in.n, columns.in.map(), {-columns.pad, -columns.pad}, columns.out);
  const double tiles = static_cast<double>(grid.rows()) * grid.x.tiles;
  const double channels = static_cast<double>(columns.in.c) / spec.groups;
  const double maps = static_cast<double>(spec.maps) / spec.groups;
  const double direct = static_cast<double>(columns.count()) * spec.kernel_h * spec.kernel_w * channels * (maps * kProduct + kTransformed);
  const double sums = plan.slots() * channels * maps;
  return tiles * (sums * kProduct + (plan.slots() * channels + kPoints * maps) * kTransformed) + sums * kFinished < direct;
}

void weight_gradient_winograd(Context& context, const WinogradPlan& plan, const ConvColumns& columns, const ConvSpec& spec, const float* g,
                              float* weight) {
  GradientRun(context, plan, columns, spec, g).run(weight);
}

}  // namespace zf::cpu
