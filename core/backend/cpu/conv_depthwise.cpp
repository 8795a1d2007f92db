// Depthwise convolutions: groups of one channel and any number of maps. The usual ones have a kernel (depthwise_kernel.h). Of others a
// plane is copied into scratch with its padding, split into the phases of the stride, all rows of one pitch; there a tap is a fixed offset
// from every output place (correlate.h). The transpose copies the signals and splits its output instead.
#include <algorithm>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/copy_floats.h"
#include "core/backend/cpu/correlate.h"
#include "core/backend/cpu/depthwise_kernel.h"
#include "core/backend/cpu/ranges.h"

namespace zf::cpu {

namespace {

/// Every `step`-th element of a map from (y, x) on; 0 outside of it.
struct Cut {
  int y;
  int x;
  int step;
  Size size;

  [[nodiscard]] std::size_t floats() const { return static_cast<std::size_t>(size.h) * size.w; }
};

void copy_cut(const float* map, Size in, const Cut& cut, float* to) {
  // Columns before `from` lie left of the map, those from `until` on right of it.
  const int from = std::clamp(cut.x >= 0 ? 0 : (-cut.x + cut.step - 1) / cut.step, 0, cut.size.w);
  const int until = in.w <= cut.x ? from : std::clamp((in.w - 1 - cut.x) / cut.step + 1, from, cut.size.w);
  for (int row = 0; row < cut.size.h; ++row, to += cut.size.w) {
    const int y = cut.y + row * cut.step;
    if (y < 0 || y >= in.h || from == until) {
      std::fill_n(to, cut.size.w, 0.0F);
      continue;
    }
    const float* line = map + static_cast<std::ptrdiff_t>(y) * in.w + cut.x + static_cast<std::ptrdiff_t>(from) * cut.step;
    for (int i = 0; i < from; ++i) to[i] = 0.0F;
    take_every(line, until - from, cut.step, to + from);
    for (int i = until; i < cut.size.w; ++i) to[i] = 0.0F;
  }
}

/// Runs a correlation whose output is `size` and whose input has the same pitch from row to row as `pitch`: row by row, or, where rows are
/// short, as one long row in `long_row`, whose places between rows are dropped.
void correlate_plane(Correlation job, Size size, int pitch, float* to, float* long_row) {
  const int lanes = correlate_lanes();
  const int flat = (size.h - 1) * pitch + size.w;
  job.from_pitch = pitch;
  if (size.w < 4 * lanes && flat * 5 / 4 < size.h * round_up(size.w, lanes)) {
    job.rows = 1;
    job.count = flat;
    job.to = long_row;
    correlate(job);
    for (int row = 0; row < size.h; ++row) {
      copy_floats(long_row + static_cast<std::ptrdiff_t>(row) * pitch, size.w, to + static_cast<std::ptrdiff_t>(row) * size.w);
    }
    return;
  }
  job.rows = size.h;
  job.count = size.w;
  job.to = to;
  job.to_pitch = size.w;
  correlate(job);
}

/// A convolution's input plane in scratch: a cut for each phase of the stride that a tap reads.
class Phases {
 public:
  Phases(const ConvColumns& columns, const ConvSpec& spec)
      : columns_(columns),
        spec_(spec),
        rows_(std::min(spec.stride, spec.extent().h)),
        across_(std::min(spec.stride, spec.extent().w)),
        size_{columns.out.h + (spec.extent().h - 1) / spec.stride, columns.out.w + (spec.extent().w - 1) / spec.stride} {}

  [[nodiscard]] int pitch() const { return size_.w; }
  [[nodiscard]] std::size_t phase() const { return static_cast<std::size_t>(size_.h) * size_.w; }
  [[nodiscard]] std::size_t floats() const { return phase() * rows_ * across_ + correlate_lanes(); }

  void copy(const float* plane, float* to) const {
    for (int y = 0; y < rows_; ++y) {
      for (int x = 0; x < across_; ++x, to += phase()) {
        copy_cut(plane, columns_.in.map(), {y - columns_.pad, x - columns_.pad, spec_.stride, size_}, to);
      }
    }
  }

  /// Where tap t of output place 0 lies.
  [[nodiscard]] std::ptrdiff_t offset(int t) const {
    const int y = t / spec_.kernel_w * spec_.dilation;
    const int x = t % spec_.kernel_w * spec_.dilation;
    const int which = y % spec_.stride * across_ + x % spec_.stride;
    return static_cast<std::ptrdiff_t>(phase()) * which + static_cast<std::ptrdiff_t>(y / spec_.stride) * size_.w + x / spec_.stride;
  }

 private:
  const ConvColumns& columns_;
  const ConvSpec& spec_;
  int rows_;
  int across_;
  Size size_;
};

/// One tap, stride 1, no padding: a factor and a summand a map.
void scale_and_shift(Context& context, const ConvColumns& columns, const CpuFilters& filters, const float* bias, Rectifier relu, float* y) {
  const Shape out{columns.in.n, filters.spec().maps, columns.out.h, columns.out.w};
  for_planes(context, out, [&](std::size_t index, int) {
    const int map = static_cast<int>(index % static_cast<std::size_t>(out.c));
    const float* from =
        columns.x + plane_at(columns.in, static_cast<int>(index / static_cast<std::size_t>(out.c)), map / filters.group_maps());
    float* to = y + index * out.plane();
    const float factor = filters.depthwise_weight()[map];
    const float summand = bias == nullptr ? 0.0F : bias[map];
    for (std::size_t i = 0; i < out.plane(); ++i) to[i] = from[i] * factor + summand;
    if (!relu.on) return;
    for (std::size_t i = 0; i < out.plane(); ++i) to[i] = std::min(std::max(to[i], 0.0F), relu.ceiling);
  });
}

/// Without a copy.
void planes_in_place(Context& context, const ConvColumns& columns, const CpuFilters& filters, const float* bias, Rectifier relu, float* y) {
  const Shape out{columns.in.n, filters.spec().maps, columns.out.h, columns.out.w};
  for_planes(context, out, [&](std::size_t index, int) {
    const std::size_t map = index % static_cast<std::size_t>(out.c);
    DepthwisePlane job;
    job.x = columns.x + index / static_cast<std::size_t>(filters.group_maps()) * columns.in.plane();
    job.in = columns.in.map();
    job.weights = filters.depthwise_weight() + map * static_cast<std::size_t>(filters.taps());
    job.kernel = filters.spec().kernel_h;
    job.stride = filters.spec().stride;
    job.pad = columns.pad;
    job.bias = bias == nullptr ? 0.0F : bias[map];
    job.relu = relu;
    job.y = y + index * out.plane();
    job.out = out.map();
    depthwise_plane(job);
  });
}

/// Memory of a job: its offsets first, then floats.
struct Memory {
  std::ptrdiff_t* offsets;
  float* floats;

  Memory(Scratch& scratch, std::size_t offset_count, std::size_t float_count) {
    constexpr std::size_t kOffsetFloats = sizeof(std::ptrdiff_t) / sizeof(float);
    float* all = scratch.floats(offset_count * kOffsetFloats + float_count);
    offsets = reinterpret_cast<std::ptrdiff_t*>(all);
    floats = all + offset_count * kOffsetFloats;
  }
};

/// The transpose's jobs own one plane of gx each.
class TransposeDepthwise {
 public:
  TransposeDepthwise(const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters, float* gx,
                     const Shape& gx_shape)
      : g_(g), g_shape_(g_shape), origins_(origins), filters_(filters), spec_(filters.spec()), gx_(gx), gx_shape_(gx_shape) {}

  void plane(int n, int channel, Scratch& scratch) const {
    const Origin origin = origins_.at(n);
    const Size extent = spec_.extent();
    // The signals that any element of gx reads, from the first to the last.
    const int top = divide_down(1 - extent.h - origin.y, spec_.stride);
    const int left = divide_down(1 - extent.w - origin.x, spec_.stride);
    const Cut cut{top,
                  left,
                  1,
                  {divide_down(gx_shape_.h - 1 - origin.y, spec_.stride) + 1 - top,
                   divide_down(gx_shape_.w - 1 - origin.x, spec_.stride) + 1 - left}};
    const int maps = filters_.group_maps();
    const auto terms = static_cast<std::size_t>(maps) * filters_.taps();
    const Memory memory(scratch, terms, cut.floats() * (maps + 2) + 2 * correlate_lanes() + terms);
    for (int m = 0; m < maps; ++m) {
      copy_cut(g_ + plane_at(g_shape_, n, channel * maps + m), g_shape_.map(), cut, memory.floats + cut.floats() * m);
    }
    for (int y = 0; y < std::min(spec_.stride, gx_shape_.h); ++y) {
      for (int x = 0; x < std::min(spec_.stride, gx_shape_.w); ++x) {
        phase(origin, cut, channel, {y, x}, memory, gx_ + plane_at(gx_shape_, n, channel));
      }
    }
  }

 private:
  /// The elements of gx at (first.y, first.x) and every stride from there.
  void phase(const Origin& origin, const Cut& cut, int channel, const Origin& first, const Memory& memory, float* gx) const {
    const int maps = filters_.group_maps();
    float* long_row = memory.floats + cut.floats() * maps + correlate_lanes();
    float* result = long_row + cut.floats();
    float* weights = result + cut.floats() + correlate_lanes();
    Correlation job;
    job.from = memory.floats;
    job.weights = weights;
    job.offsets = memory.offsets;
    for (int i = 0; i < maps * filters_.taps(); ++i) {
      const int tap = i % filters_.taps();
      const int y = first.y - origin.y - tap / spec_.kernel_w * spec_.dilation;
      const int x = first.x - origin.x - tap % spec_.kernel_w * spec_.dilation;
      if (y % spec_.stride != 0 || x % spec_.stride != 0) continue;
      memory.offsets[job.taps] = static_cast<std::ptrdiff_t>(cut.floats()) * (i / filters_.taps()) +
                                 static_cast<std::ptrdiff_t>(y / spec_.stride - cut.y) * cut.size.w + x / spec_.stride - cut.x;
      weights[job.taps++] = filters_.depthwise_weight()[static_cast<std::ptrdiff_t>(channel) * maps * filters_.taps() + i];
    }
    const int stride = spec_.stride;
    const Size size{(gx_shape_.h - first.y + stride - 1) / stride, (gx_shape_.w - first.x + stride - 1) / stride};
    if (stride == 1) return correlate_plane(job, size, cut.size.w, gx, long_row);
    correlate_plane(job, size, cut.size.w, result, long_row);
    for (int row = 0; row < size.h; ++row, result += size.w) {
      float* to = gx + static_cast<std::ptrdiff_t>(first.y + row * stride) * gx_shape_.w + first.x;
      for (int i = 0; i < size.w; ++i) to[i * stride] = result[i];
    }
  }

  const float* g_;
  const Shape& g_shape_;
  const Origins& origins_;
  const CpuFilters& filters_;
  const ConvSpec& spec_;
  float* gx_;
  const Shape& gx_shape_;
};

}  // namespace

void conv_depthwise(Context& context, const ConvColumns& columns, const CpuFilters& filters, const float* bias, Rectifier relu, float* y) {
  const ConvSpec& spec = filters.spec();
  if (filters.taps() == 1 && spec.stride == 1 && columns.pad == 0) return scale_and_shift(context, columns, filters, bias, relu, y);
  if (has_depthwise_kernel(spec)) return planes_in_place(context, columns, filters, bias, relu, y);
  const Phases phases(columns, spec);
  const std::size_t plane = static_cast<std::size_t>(columns.out.h) * columns.out.w;
  for_planes(context, columns.in, [&](std::size_t index, int thread) {
    const Memory memory(context.local[static_cast<std::size_t>(thread)], filters.taps(), phases.floats() + phases.phase());
    phases.copy(columns.x + index * columns.in.plane(), memory.floats);
    for (int t = 0; t < filters.taps(); ++t) memory.offsets[t] = phases.offset(t);
    for (int m = 0; m < filters.group_maps(); ++m) {
      const std::size_t out = index * filters.group_maps() + m;
      const std::size_t map = out % spec.maps;
      Correlation job;
      job.from = memory.floats;
      job.taps = filters.taps();
      job.weights = filters.depthwise_weight() + map * filters.taps();
      job.offsets = memory.offsets;
      job.bias = bias == nullptr ? 0.0F : bias[map];
      job.relu = relu;
      correlate_plane(job, columns.out, phases.pitch(), y + out * plane, memory.floats + phases.floats());
    }
  });
}

void conv_transpose_depthwise(Context& context, const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters,
                              float* gx, const Shape& gx_shape) {
  const TransposeDepthwise transpose(g, g_shape, origins, filters, gx, gx_shape);
  for_planes(context, gx_shape, [&](std::size_t index, int thread) {
    const auto channels = static_cast<std::size_t>(gx_shape.c);
    transpose.plane(static_cast<int>(index / channels), static_cast<int>(index % channels),
                    context.local[static_cast<std::size_t>(thread)]);
  });
}

void weight_gradient_depthwise(Context& context, const ConvColumns& columns, const ConvSpec& spec, const float* g, float* weight) {
  const Phases phases(columns, spec);
  const int taps = spec.kernel_h * spec.kernel_w;
  const int maps = spec.maps / spec.groups;
  const Shape out{columns.in.n, spec.maps, columns.out.h, columns.out.w};
  const Cut cut{0, 0, 1, {out.h, phases.pitch()}};  // 0 between rows
  context.pool.parallel_for(spec.groups, [&](int channel, int thread) {
    const auto sums_floats = static_cast<std::size_t>(maps) * taps * (sizeof(double) / sizeof(float));
    float* memory = context.local[static_cast<std::size_t>(thread)].floats(sums_floats + phases.floats() + cut.floats());
    auto* sums = reinterpret_cast<double*>(memory);
    float* x = memory + sums_floats;
    float* signal = x + phases.floats();
    std::fill_n(sums, maps * taps, 0.0);
    for (int n = 0; n < out.n; ++n) {
      phases.copy(columns.x + plane_at(columns.in, n, channel), x);
      for (int m = 0; m < maps; ++m) {
        copy_cut(g + plane_at(out, n, channel * maps + m), out.map(), cut, signal);
        for (int t = 0; t < taps; ++t)
          sums[m * taps + t] += static_cast<double>(dot(signal, x + phases.offset(t), cut.floats() - cut.size.w + out.w));
      }
    }
    std::transform(sums, sums + maps * taps, weight + static_cast<std::ptrdiff_t>(channel) * maps * taps,
                   [](double sum) { return static_cast<float>(sum); });
  });
}

}  // namespace zf::cpu
