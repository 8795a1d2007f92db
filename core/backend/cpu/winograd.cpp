#include "core/backend/cpu/winograd.h"

#include <algorithm>

#include "core/backend/cpu/winograd_tiles.h"
#include "core/backend/cpu/winograd_transform.h"

namespace zf::cpu {

namespace {

constexpr int kTilesAtOnce = 112;
constexpr int kDepth = 256;  // of K at once: a panel of B stays in the first-level cache
/// Floats between the products of two points, so that they do not fall into the same cache sets.
constexpr std::ptrdiff_t kPointGap = 16;

[[nodiscard]] TileGrid grid_of(const WinogradConv& job) {
  const WinogradPlan& plan = job.filters->plan();
  const auto outputs = [](int size, int shift, int step) { return (size - 1 - shift) / step + 1; };
  return tile_grid(plan, job.in.n, job.in.map(), job.in_shift,
                   {outputs(job.out.h, job.out_shift.y, plan.y().out_step), outputs(job.out.w, job.out_shift.x, plan.x().out_step)});
}

/// Tile rows that are computed at once: their transformed inputs, and their products [point][phase][map][tile].
struct Block {
  int row;
  int rows;
  float* inputs;
  float* products;
};

class WinogradRun {
 public:
  WinogradRun(Context& context, const WinogradConv& job)
      : context_(context),
        job_(job),
        filters_(*job.filters),
        plan_(filters_.plan()),
        grid_(grid_of(job)),
        inputs_(plan_, grid_, job.x, job.in, filters_.groups()),
        line_(round_up(grid_.x.tiles, winograd_lanes()) * kWinogradOutputs) {}

  void run() {
    const int threads = context_.pool.size();
    const int rows = grid_.rows();
    if (rows * grid_.x.tiles < threads * kTilesAtOnce) return run_together();
    const int block_rows = rows_of_blocks();
    inputs_.set_rows(block_rows);
    context_.pool.parallel_for((rows + block_rows - 1) / block_rows, [&](int index, int thread) {
      float* scratch = context_.local[static_cast<std::size_t>(thread)].floats(inputs_.size() + products_size() + work_size());
      float* products = scratch + inputs_.size();
      float* work = products + products_size();
      const int row = index * block_rows;
      const Block block{row, std::min(block_rows, rows - row), scratch, products};
      inputs_.transform(block.row, block.rows, 0, job_.in.c, block.inputs, work);
      for (int product = 0; product < products_count(); ++product) multiply(product, block);
      transform_outputs(block, 0, job_.out.c, work);
    });
  }

 private:
  /// Tile rows of a block: the most that fit, unless fewer share the work more evenly.
  [[nodiscard]] int rows_of_blocks() const {
    const int threads = context_.pool.size();
    const auto rows_of_a_thread = [&](int rows) {
      const int blocks = (grid_.rows() + rows - 1) / rows;
      return (blocks + threads - 1) / threads * rows;
    };
    const int most = std::max(1, kTilesAtOnce / grid_.x.tiles);
    int best = most;
    for (int rows = most - 1; rows > most / 2; --rows) {
      if (rows_of_a_thread(rows) < rows_of_a_thread(best)) best = rows;
    }
    return best;
  }

  /// Few tiles: all threads share one block and pass from step to step together.
  void run_together() {
    inputs_.set_rows(grid_.rows());
    float* scratch = context_.shared.floats(inputs_.size() + products_size());
    const Block block{0, grid_.rows(), scratch, scratch + inputs_.size()};
    const auto in_chunks = [&](int maps, const auto& body) {
      const int chunk = std::max(1, maps / (8 * context_.pool.size()));
      context_.pool.parallel_for((maps + chunk - 1) / chunk, [&](int index, int thread) {
        float* work = context_.local[static_cast<std::size_t>(thread)].floats(work_size());
        body(index * chunk, std::min(maps, (index + 1) * chunk), work);
      });
    };
    in_chunks(job_.in.c, [&](int first, int last, float* work) { inputs_.transform(0, block.rows, first, last, block.inputs, work); });
    context_.pool.parallel_for(products_count(), [&](int product, int) { multiply(product, block); });
    in_chunks(job_.out.c, [&](int first, int last, float* work) { transform_outputs(block, first, last, work); });
  }

  [[nodiscard]] int products_count() const { return WinogradPlan::kPoints * plan_.phases() * filters_.groups(); }
  [[nodiscard]] std::ptrdiff_t point_pitch() const {
    return static_cast<std::ptrdiff_t>(plan_.phases()) * job_.out.c * inputs_.pitch() + kPointGap;
  }
  [[nodiscard]] std::size_t products_size() const { return static_cast<std::size_t>(point_pitch()) * WinogradPlan::kPoints; }
  /// The lines of every x phase, and one of them all.
  [[nodiscard]] std::size_t output_work_size() const {
    return static_cast<std::size_t>(plan_.x().out_step) * (kWinogradOutputs + 1) * line_;
  }
  [[nodiscard]] std::size_t work_size() const { return std::max(inputs_.work_size(), output_work_size()); }

  void multiply(int product, const Block& block) const {
    const int phase = product % plan_.phases();
    const int point = product / plan_.phases() % WinogradPlan::kPoints;
    const int group = product / plan_.phases() / WinogradPlan::kPoints;
    const auto& terms = plan_.terms(point, phase);
    const int pitch = inputs_.pitch();
    Gemm job;
    job.m = filters_.outputs();
    job.n = block.rows * grid_.x.tiles;
    job.a_pitch = static_cast<std::ptrdiff_t>(panel_rows()) * std::ssize(terms) * filters_.inputs();
    job.b_pitch = pitch;
    job.c = block.products + point * point_pitch() + (static_cast<std::ptrdiff_t>(phase) * job_.out.c + group * filters_.outputs()) * pitch;
    job.c_pitch = pitch;
    if (terms.empty()) std::fill_n(job.c, static_cast<std::ptrdiff_t>(job.m) * pitch, 0.0F);
    for (int first = 0, last = 0; first < std::ssize(terms); first = last) {
      // Slots that follow each other make one product.
      const auto slot = [&](int i) { return terms[static_cast<std::size_t>(i)].slot; };
      for (last = first + 1; last < std::ssize(terms) && slot(last) == slot(last - 1) + 1;) ++last;
      const int depth = (last - first) * filters_.inputs();
      const int parts = (depth + kDepth - 1) / kDepth;
      const int step = (depth + parts - 1) / parts;
      for (int k = 0; k < depth; k += step) {
        job.k = std::min(step, depth - k);
        job.a = filters_.panels(group, point, phase) + (static_cast<std::ptrdiff_t>(first) * filters_.inputs() + k) * panel_rows();
        job.b = block.inputs + inputs_.at(group, point) + (static_cast<std::ptrdiff_t>(slot(first)) * filters_.inputs() + k) * pitch;
        job.accumulate = first + k > 0;
        gemm(job);
      }
    }
  }

  /// Maps [first, last) of the block's tile rows.
  void transform_outputs(const Block& block, int first, int last, float* work) const {
    const int steps = plan_.x().out_step;
    const std::ptrdiff_t phase_lines = static_cast<std::ptrdiff_t>(kWinogradOutputs) * line_;
    WinogradOutput output;
    output.pitch = point_pitch();
    output.tiles = grid_.x.tiles;
    output.relu = job_.end.scratch_relu();
    output.line_pitch = line_;
    for (int map = first; map < last; ++map) {
      output.bias = job_.end.bias == nullptr ? 0.0F : job_.end.bias[map];
      for (int row = 0; row < block.rows; ++row) {
        for (int phase = 0; phase < plan_.phases(); ++phase) {
          output.from = block.products + (static_cast<std::ptrdiff_t>(phase) * job_.out.c + map) * inputs_.pitch() + row * grid_.x.tiles;
          output.lines = work + phase % steps * phase_lines;
          winograd_output(output);
          if (phase % steps == steps - 1) store_lines(map, block.row + row, phase / steps, work, work + steps * phase_lines);
        }
      }
    }
  }

  /// Four lines of each x phase to the rows of y that they belong to.
  void store_lines(int map, int row, int phase_y, const float* lines, float* mixed) const {
    const int steps = plan_.x().out_step;
    for (int i = 0; i < kWinogradOutputs; ++i, lines += line_) {
      const int z = row % grid_.y.tiles * kWinogradOutputs + i;
      const int jy = z / grid_.y.pitch;
      const int y = (z - jy * grid_.y.pitch) * plan_.y().out_step + phase_y + job_.out_shift.y;
      if (jy >= grid_.y.joined || z - jy * grid_.y.pitch >= grid_.y.count || y < 0 || y >= job_.out.h) continue;
      for (int phase = 0; steps > 1 && phase < steps; ++phase) {
        const float* line = lines + static_cast<std::ptrdiff_t>(phase) * kWinogradOutputs * line_;
        for (int x = 0; x < line_; ++x) mixed[x * steps + phase] = line[x];
      }
      const float* from = (steps > 1 ? mixed : lines) - job_.out_shift.x;
      for (int jx = 0; jx < grid_.x.joined; ++jx) {
        const int item = grid_.item(row / grid_.y.tiles, jy, jx);
        if (item >= grid_.items) break;
        const std::size_t at = (static_cast<std::size_t>(map) * job_.out.h + y) * job_.out.w;
        job_.end.put(from + jx * grid_.x.pitch * steps, job_.out.w, item, job_.out.item(), at);
      }
    }
  }

  Context& context_;
  const WinogradConv& job_;
  const WinogradFilters& filters_;
  const WinogradPlan& plan_;
  TileGrid grid_;
  InputTiles inputs_;
  int line_;  // floats of an output line of a phase
};

}  // namespace

double winograd_cycles(const WinogradConv& job) {
  // Measured: per value that a transform makes, and how much longer its short products take.
  constexpr double kTransformed = 0.7;
  constexpr double kShort = 1.25;
  const WinogradFilters& filters = *job.filters;
  const WinogradPlan& plan = filters.plan();
  const TileGrid grid = grid_of(job);
  const int tiles = grid.rows() * grid.x.tiles;
  const double columns = round_up(tiles, panel_columns() / 2);
  const double pairs = static_cast<double>(filters.inputs()) * filters.outputs();
  const double transforms =
      static_cast<double>(plan.slots()) * filters.inputs() + static_cast<double>(WinogradPlan::kPoints) * plan.phases() * filters.outputs();
  return filters.groups() *
         (plan.terms() * pairs * (columns * kShort * product_cycles() + kWeightCycles) + tiles * transforms * kTransformed);
}

void winograd_conv(Context& context, const WinogradConv& job) { WinogradRun(context, job).run(); }

}  // namespace zf::cpu
