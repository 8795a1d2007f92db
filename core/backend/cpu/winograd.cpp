#include "core/backend/cpu/winograd.h"

#include <algorithm>

#include "core/backend/cpu/winograd_tiles.h"
#include "core/backend/cpu/winograd_transform.h"

namespace zf::cpu {

namespace {

constexpr int kTilesAtOnce = 112;
constexpr int kDepth = 256;  // of K at once: a panel of B stays in the first-level cache
/// Floats between the data of two points, so that they do not fall into the same cache sets.
constexpr std::ptrdiff_t kPointGap = 16;

/// Transformed inputs [group][slot][input][tile] and products [point][phase][map][tile] of a block of tile rows.
struct Buffers {
  float* inputs;
  float* products;
};

[[nodiscard]] TileGrid grid_of(const WinogradConv& job) {
  const WinogradPlan& plan = job.filters->plan();
  const auto outputs = [&](int size, int step) { return (size - 1 - job.out_shift) / step + 1; };
  return tile_grid(plan, job.in.n, job.in.map(), job.in_shift,
                   {outputs(job.out.h, plan.y().out_step), outputs(job.out.w, plan.x().out_step)});
}

struct Range {
  int first;
  int last;
};

class WinogradRun {
 public:
  WinogradRun(Context& context, const WinogradConv& job)
      : context_(context), job_(job), filters_(*job.filters), plan_(filters_.plan()), grid_(grid_of(job)) {
    line_ = winograd_line(plan_, grid_.x.tiles);
    lines_ = static_cast<std::size_t>(plan_.y().extent()) * line_;
    out_line_ = round_up(grid_.x.tiles, winograd_lanes()) * kWinogradOutputs;
  }

  void run() {
    const int threads = context_.pool.size();
    const int rows = grid_.rows();
    int blocks = std::max(1, rows * grid_.x.tiles / kTilesAtOnce);
    if (blocks < threads) return run_block_together();
    blocks = round_up(blocks, threads);
    block_rows_ = (rows + blocks - 1) / blocks;
    set_pitch();
    context_.pool.parallel_for((rows + block_rows_ - 1) / block_rows_, [&](int index, int thread) {
      const Range block{index * block_rows_, std::min(rows, (index + 1) * block_rows_)};
      float* scratch = context_.local[static_cast<std::size_t>(thread)].floats(inputs_size() + products_size() + work_size());
      const Buffers buffers{scratch, scratch + inputs_size()};
      float* work = scratch + inputs_size() + products_size();
      transform_inputs(block, {0, job_.in.c}, buffers, work);
      for (int product = 0; product < products(); ++product) multiply(product, block, buffers);
      transform_outputs(block, {0, job_.out.c}, buffers, work);
    });
  }

 private:
  /// Few tiles: all threads share one block and pass from step to step together.
  void run_block_together() {
    block_rows_ = grid_.rows();
    set_pitch();
    float* scratch = context_.shared.floats(inputs_size() + products_size());
    const Buffers buffers{scratch, scratch + inputs_size()};
    const Range block{0, block_rows_};
    const auto in_chunks = [&](int count, const auto& body) {
      const int chunk = std::max(1, count / (8 * context_.pool.size()));
      context_.pool.parallel_for((count + chunk - 1) / chunk, [&](int index, int thread) {
        body(Range{index * chunk, std::min(count, (index + 1) * chunk)},
             context_.local[static_cast<std::size_t>(thread)].floats(work_size()));
      });
    };
    in_chunks(job_.in.c, [&](const Range& channels, float* work) { transform_inputs(block, channels, buffers, work); });
    context_.pool.parallel_for(products(), [&](int product, int) { multiply(product, block, buffers); });
    in_chunks(job_.out.c, [&](const Range& maps, float* work) { transform_outputs(block, maps, buffers, work); });
  }

  /// Tiles from one row of a product to the next: room for the last row's vector, an odd number of cache lines.
  void set_pitch() {
    const int columns = (block_rows_ - 1) * grid_.x.tiles + round_up(grid_.x.tiles, winograd_lanes());
    pitch_ = (round_up(columns, 16) / 16 | 1) * 16;
  }

  [[nodiscard]] int products() const { return WinogradPlan::kPoints * plan_.phases() * filters_.groups(); }
  [[nodiscard]] std::ptrdiff_t group_pitch() const {
    return static_cast<std::ptrdiff_t>(plan_.slots()) * filters_.inputs() * pitch_ + WinogradPlan::kPoints * kPointGap;
  }
  [[nodiscard]] std::ptrdiff_t point_pitch() const { return static_cast<std::ptrdiff_t>(plan_.phases()) * job_.out.c * pitch_ + kPointGap; }
  [[nodiscard]] std::size_t inputs_size() const { return static_cast<std::size_t>(group_pitch()) * filters_.groups(); }
  [[nodiscard]] std::size_t products_size() const { return static_cast<std::size_t>(point_pitch()) * WinogradPlan::kPoints; }
  [[nodiscard]] std::size_t work_size() const {
    return std::max(lines_ + winograd_input_work(plan_, grid_.x.tiles),
                    static_cast<std::size_t>(plan_.x().out_step + 1) * kWinogradOutputs * out_line_ * plan_.x().out_step);
  }

  void transform_inputs(const Range& block, const Range& channels, const Buffers& buffers, float* work) const {
    for (int c = channels.first; c < channels.last; ++c) {
      const int group = c / filters_.inputs();
      for (int row = block.first; row < block.last; ++row) {
        fetch_lines(plan_, grid_, job_.x, job_.in, c, row, line_, work);
        WinogradInput input;
        input.lines = work;
        input.pitch = line_;
        input.tiles = grid_.x.tiles;
        input.plan = &plan_;
        input.to = buffers.inputs + group * group_pitch() + static_cast<std::ptrdiff_t>(c % filters_.inputs()) * pitch_ +
                   (row - block.first) * grid_.x.tiles;
        input.slot_pitch = static_cast<std::ptrdiff_t>(filters_.inputs()) * pitch_;
        input.point_gap = kPointGap;
        input.work = work + lines_;
        winograd_input(input);
      }
    }
  }

  void multiply(int product, const Range& block, const Buffers& buffers) const {
    const int phase = product % plan_.phases();
    const int point = product / plan_.phases() % WinogradPlan::kPoints;
    const int group = product / plan_.phases() / WinogradPlan::kPoints;
    const auto& terms = plan_.terms(point, phase);
    Gemm gemm_job;
    gemm_job.m = filters_.outputs();
    gemm_job.n = (block.last - block.first) * grid_.x.tiles;
    gemm_job.a_pitch = static_cast<std::ptrdiff_t>(panel_rows()) * std::ssize(terms) * filters_.inputs();
    gemm_job.b_pitch = pitch_;
    gemm_job.c =
        buffers.products + point * point_pitch() + (static_cast<std::ptrdiff_t>(phase) * job_.out.c + group * filters_.outputs()) * pitch_;
    gemm_job.c_pitch = pitch_;
    if (terms.empty()) std::fill_n(gemm_job.c, static_cast<std::ptrdiff_t>(gemm_job.m) * pitch_, 0.0F);
    const float* inputs = buffers.inputs + group * group_pitch() + point * kPointGap +
                          static_cast<std::ptrdiff_t>(plan_.first_slot(point)) * filters_.inputs() * pitch_;
    const float* panels = filters_.panels(group, point, phase);
    for (int first = 0, last = 0; first < std::ssize(terms); first = last) {
      // Slots that follow each other make one product.
      for (last = first + 1; last < std::ssize(terms) && terms[last].slot == terms[last - 1].slot + 1;) ++last;
      const int depth = (last - first) * filters_.inputs();
      const int step = (depth + (depth + kDepth - 1) / kDepth - 1) / ((depth + kDepth - 1) / kDepth);
      for (int k = 0; k < depth; k += step) {
        gemm_job.k = std::min(step, depth - k);
        gemm_job.a = panels + (static_cast<std::ptrdiff_t>(first) * filters_.inputs() + k) * panel_rows();
        gemm_job.b = inputs + (static_cast<std::ptrdiff_t>(terms[first].slot) * filters_.inputs() + k) * pitch_;
        gemm_job.accumulate = first + k > 0;
        gemm(gemm_job);
      }
    }
  }

  void transform_outputs(const Range& block, const Range& maps, const Buffers& buffers, float* work) const {
    const std::ptrdiff_t phase_lines = static_cast<std::ptrdiff_t>(kWinogradOutputs) * out_line_;
    for (int map = maps.first; map < maps.last; ++map) {
      for (int row = block.first; row < block.last; ++row) {
        for (int phase_y = 0; phase_y < plan_.y().out_step; ++phase_y) {
          for (int phase_x = 0; phase_x < plan_.x().out_step; ++phase_x) {
            WinogradOutput output;
            const int phase = phase_y * plan_.x().out_step + phase_x;
            output.from =
                buffers.products + (static_cast<std::ptrdiff_t>(phase) * job_.out.c + map) * pitch_ + (row - block.first) * grid_.x.tiles;
            output.pitch = point_pitch();
            output.tiles = grid_.x.tiles;
            output.bias = job_.bias == nullptr ? 0.0F : job_.bias[map];
            output.relu = job_.relu;
            output.lines = work + phase_x * phase_lines;
            output.line_pitch = out_line_;
            winograd_output(output);
          }
          store_lines(map, row, phase_y, work, work + plan_.x().out_step * phase_lines);
        }
      }
    }
  }

  /// Four lines of each x phase to the rows of y that they belong to.
  void store_lines(int map, int row, int phase_y, const float* lines, float* mixed) const {
    const int steps = plan_.x().out_step;
    for (int i = 0; i < kWinogradOutputs; ++i, lines += out_line_) {
      const int z = row % grid_.y.tiles * kWinogradOutputs + i;
      const int jy = z / grid_.y.pitch;
      const int y = (z - jy * grid_.y.pitch) * plan_.y().out_step + phase_y + job_.out_shift;
      if (jy >= grid_.y.joined || z - jy * grid_.y.pitch >= grid_.y.count || y < 0 || y >= job_.out.h) continue;
      const float* from = lines;
      if (steps > 1) {
        for (int phase = 0; phase < steps; ++phase) {
          const float* line = lines + static_cast<std::ptrdiff_t>(phase) * kWinogradOutputs * out_line_;
          for (int x = 0; x < out_line_; ++x) mixed[x * steps + phase] = line[x];
        }
        from = mixed;
      }
      for (int jx = 0; jx < grid_.x.joined; ++jx) {
        const int item = grid_.item(row / grid_.y.tiles, jy, jx);
        if (item >= grid_.items) break;
        float* to = job_.y + ((static_cast<std::size_t>(item) * job_.out.c + map) * job_.out.h + y) * job_.out.w;
        std::copy_n(from + jx * grid_.x.pitch * steps - job_.out_shift, job_.out.w, to);
      }
    }
  }

  Context& context_;
  const WinogradConv& job_;
  const WinogradFilters& filters_;
  const WinogradPlan& plan_;
  TileGrid grid_;
  int line_;           // floats of an input line
  std::size_t lines_;  // floats of a row of tiles' input lines
  int out_line_;
  int block_rows_ = 0;
  int pitch_ = 0;
};

}  // namespace

bool winograd_pays(const WinogradConv& job, double products) {
  // Cycles, measured: per product, per value that a transform makes, per weight that is read from memory.
  constexpr double kProduct = 1.0 / 12;
  constexpr double kTransformed = 0.7;
  constexpr double kWeight = 0.3;
  const WinogradFilters& filters = *job.filters;
  const WinogradPlan& plan = filters.plan();
  const TileGrid grid = grid_of(job);
  const double tiles = static_cast<double>(grid.rows()) * grid.x.tiles;
  const double pairs = static_cast<double>(filters.inputs()) * filters.outputs();
  const double direct = products * (pairs * kProduct + filters.inputs() * kTransformed);
  const double transforms =
      static_cast<double>(plan.slots()) * filters.inputs() + WinogradPlan::kPoints * plan.phases() * filters.outputs();
  return tiles * (plan.terms() * pairs * kProduct + transforms * kTransformed) + plan.terms() * pairs * kWeight < direct;
}

void winograd_conv(Context& context, const WinogradConv& job) { WinogradRun(context, job).run(); }

}  // namespace zf::cpu
