// Weight gradients at Winograd's points: the transposes of the convolution's own steps. With tiles of the input at the points
// (slot, channel) and tiles of the signal there, the sum over tiles of their products is a matrix product a point; the sums
// are transformed to taps once at the end.
#include <algorithm>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/winograd_tiles.h"
#include "core/backend/cpu/winograd_transform.h"

namespace zf::cpu {

namespace {

constexpr int kPoints = WinogradPlan::kPoints;
constexpr int kTilesAtOnce = 144;

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
    const int rows = grid_.rows();
    block_rows_ = std::clamp(kTilesAtOnce / grid_.x.tiles, 1, rows);
    inputs_.set_rows(block_rows_);
    tiles_ = block_rows_ * grid_.x.tiles;
    // The sums (slot, channel; maps of a group) of all groups, then the block's transformed inputs and signals.
    const std::size_t sums = static_cast<std::size_t>(plan_.slots()) * channels_ * maps_;
    sums_ = context_.shared.floats(sums + inputs_.size() + static_cast<std::size_t>(kPoints) * tiles_ * maps_);
    tiles_of_inputs_ = sums_ + sums;
    tiles_of_signals_ = tiles_of_inputs_ + inputs_.size();
    for (int row = 0; row < rows; row += block_rows_) {
      transform(row, std::min(block_rows_, rows - row));
      multiply(row > 0, std::min(block_rows_, rows - row) * grid_.x.tiles);
    }
    context_.pool.parallel_for(channels_,
                               [&](int channel, int thread) { finish(channel, context_.local[static_cast<std::size_t>(thread)], weight); });
  }

 private:
  void transform(int row, int rows) {
    const int chunk = std::max(1, channels_ / (8 * context_.pool.size()));
    const int chunks = (channels_ + chunk - 1) / chunk;
    context_.pool.parallel_for(chunks + rows, [&](int index, int thread) {
      Scratch& scratch = context_.local[static_cast<std::size_t>(thread)];
      if (index < chunks) {
        inputs_.transform(row, rows, index * chunk, std::min(channels_, (index + 1) * chunk), tiles_of_inputs_,
                          scratch.floats(inputs_.work_size()));
      } else {
        transform_signals(row + index - chunks, index - chunks, scratch);
      }
    });
  }

  /// One tile row of g, maps side by side, to [point][tile][map].
  void transform_signals(int row, int row_in_block, Scratch& scratch) const {
    const int width = grid_.x.tiles * kWinogradOutputs;
    const std::ptrdiff_t line = static_cast<std::ptrdiff_t>(width) * maps_;
    float* lines = scratch.floats(static_cast<std::size_t>(line) * kWinogradOutputs);
    std::fill_n(lines, line * kWinogradOutputs, 0.0F);
    for (int i = 0; i < kWinogradOutputs; ++i) turn_line(row, i, lines + i * line);
    for (int tile = 0; tile < grid_.x.tiles; ++tile) {
      WinogradTargets targets{};
      for (int point = 0; point < kPoints; ++point) {
        targets[static_cast<std::size_t>(point)] =
            tiles_of_signals_ + (static_cast<std::ptrdiff_t>(point) * tiles_ + row_in_block * grid_.x.tiles + tile) * maps_;
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

  void multiply(bool accumulate, int tiles) {
    context_.pool.parallel_for(kPoints * spec_.groups, [&](int index, int) {
      const int point = index % kPoints;
      const int group = index / kPoints;
      const int group_maps = spec_.maps / spec_.groups;
      Gemm job;
      job.m = (plan_.first_slot(point + 1) - plan_.first_slot(point)) * inputs_.inputs();
      job.n = group_maps;
      job.k = tiles;
      job.a = tiles_of_inputs_ + inputs_.at(group, point);
      job.a_packed = false;
      job.a_pitch = inputs_.pitch();
      job.b = tiles_of_signals_ + static_cast<std::ptrdiff_t>(point) * tiles_ * maps_ + group * group_maps;
      job.b_pitch = maps_;
      job.c = sums(plan_.first_slot(point), group * inputs_.inputs());
      job.c_pitch = maps_;
      job.accumulate = accumulate;
      gemm(job);
    });
  }

  /// The sums of a slot and channel. Channels of a group follow each other through all the slots of a point.
  [[nodiscard]] float* sums(int slot, int channel) const {
    const int group = channel / inputs_.inputs();
    const std::ptrdiff_t row = (static_cast<std::ptrdiff_t>(group) * plan_.slots() + slot) * inputs_.inputs() + channel % inputs_.inputs();
    return sums_ + row * maps_;
  }

  /// All taps of one channel: from the points of each pair of parts to nine taps, [tap][map], and from there to the weights.
  void finish(int channel, Scratch& scratch, float* weight) const {
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
          sources[static_cast<std::size_t>(point)] = slot < 0 ? nullptr : sums(slot, channel);
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
  float* sums_ = nullptr;
  float* tiles_of_inputs_ = nullptr;
  float* tiles_of_signals_ = nullptr;
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
