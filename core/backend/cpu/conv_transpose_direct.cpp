#include <algorithm>

#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/gemm_vector.h"

namespace zf::cpu {

namespace {

constexpr int kDepth = 256;    // maps of g packed at once
constexpr int kWidest = 128;   // signals (columns) at once
constexpr int kChannels = 16;  // channels a job owns at most: their rows of the product stay in the second-level cache

/// Jobs own whole (item block, channel block)s of gx: they zero them, then add the products' rows in a fixed order.
class TransposeDirect {
 public:
  TransposeDirect(const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters, float* gx, const Shape& gx_shape)
      : g_(g), g_shape_(g_shape), origins_(origins), filters_(filters), gx_(gx), gx_shape_(gx_shape) {}

  void run(Context& context) {
    const int plane = static_cast<int>(g_shape_.plane());
    const int items = std::clamp(kWidest / plane, 1, g_shape_.n);
    const int item_blocks = (g_shape_.n + items - 1) / items;
    const int channels = filters_.group_channels();
    const int channel_blocks = (channels + kChannels - 1) / kChannels;
    panels_ = filters_.transposed_panels();
    context.pool.parallel_for(item_blocks * filters_.spec().groups * channel_blocks, [&](int index, int thread) {
      const int item = index / channel_blocks / filters_.spec().groups * items;
      const int channel = index % channel_blocks * kChannels;
      block({item, std::min(items, g_shape_.n - item), index / channel_blocks % filters_.spec().groups, channel,
             std::min(kChannels, channels - channel)},
            context.local[thread]);
    });
  }

 private:
  struct Part {
    int item;
    int items;
    int group;
    int channel;  // within the group
    int channels;
  };

  void block(const Part& part, Scratch& scratch) {
    const int first = part.group * filters_.group_channels() + part.channel;
    for (int n = part.item; n < part.item + part.items; ++n) {
      std::fill_n(gx_ + plane_at(gx_shape_, n, first), part.channels * gx_shape_.plane(), 0.0F);
    }
    const int columns = part.items * static_cast<int>(g_shape_.plane());
    const int rows = part.channels * filters_.taps();
    const int depth = std::min(kDepth, filters_.group_maps());
    // Panels start at multiples of panel_rows(); the first ones may begin in front of this part's rows.
    const int lead = part.channel * filters_.taps() % panel_rows();
    float* b = scratch.floats(static_cast<std::size_t>(depth + lead + rows) * kWidest);
    float* c = b + static_cast<std::ptrdiff_t>(depth) * kWidest;
    const float* panels = panels_ + packed_size(filters_.row(), filters_.group_maps()) * part.group +
                          (static_cast<std::ptrdiff_t>(part.channel) * filters_.taps() - lead) * filters_.group_maps();
    for (int start = 0; start < columns; start += kWidest) {
      const int width = std::min(kWidest, columns - start);
      Gemm job;
      job.m = lead + rows;
      job.n = width;
      job.a_pitch = static_cast<std::ptrdiff_t>(panel_rows()) * filters_.group_maps();
      job.b = b;
      job.b_pitch = kWidest;
      job.c = c;
      job.c_pitch = kWidest;
      for (int m = 0; m < filters_.group_maps(); m += depth) {
        job.k = std::min(depth, filters_.group_maps() - m);
        for (int i = 0; i < job.k; ++i) {
          copy_signals(part, part.group * filters_.group_maps() + m + i, start, width, b + static_cast<std::ptrdiff_t>(i) * kWidest);
        }
        job.a = panels + static_cast<std::ptrdiff_t>(m) * panel_rows();
        job.accumulate = m > 0;
        gemm(job);
      }
      scatter(part, start, width, c + static_cast<std::ptrdiff_t>(lead) * kWidest);
    }
  }

  void copy_signals(const Part& part, int map, int start, int width, float* to) const {
    const int plane = static_cast<int>(g_shape_.plane());
    while (width > 0) {
      const int span = std::min(width, plane - start % plane);
      std::copy_n(g_ + plane_at(g_shape_, part.item + start / plane, map) + start % plane, span, to);
      to += span;
      start += span;
      width -= span;
    }
  }

  /// Adds the product's rows, one a kernel tap of a channel, into the channels' planes.
  void scatter(const Part& part, int start, int width, const float* c) {
    const ConvSpec& spec = filters_.spec();
    for (int channel = 0; channel < part.channels; ++channel) {
      for (int ky = 0; ky < spec.kernel_h; ++ky) {
        for (int kx = 0; kx < spec.kernel_w; ++kx, c += kWidest) {
          scatter_tap(part, part.group * filters_.group_channels() + part.channel + channel, ky, kx, start, width, c);
        }
      }
    }
  }

  void scatter_tap(const Part& part, int channel, int ky, int kx, int start, int width, const float* c) {
    const int stride = filters_.spec().stride;
    const int dilation = filters_.spec().dilation;
    const int plane = static_cast<int>(g_shape_.plane());
    for (int done = 0; done < width;) {
      const int column = start + done;
      const int item = part.item + column / plane;
      const int x = column % g_shape_.w;
      const int span = std::min(width - done, g_shape_.w - x);
      const Origin origin = origins_.at(item);
      const int y = column % plane / g_shape_.w * stride + ky * dilation + origin.y;
      const int shift = kx * dilation + origin.x;
      const int from = std::max(x, shift >= 0 ? 0 : (-shift + stride - 1) / stride);
      const int until = shift >= gx_shape_.w ? from : std::min(x + span, (gx_shape_.w - 1 - shift) / stride + 1);
      if (y >= 0 && y < gx_shape_.h && from < until) {
        float* to = gx_ + plane_at(gx_shape_, item, channel) + static_cast<std::ptrdiff_t>(y) * gx_shape_.w + from * stride + shift;
        add_strided(until - from, c + done + (from - x), to, stride);
      }
      done += span;
    }
  }

  const float* g_;
  const Shape& g_shape_;
  const Origins& origins_;
  const CpuFilters& filters_;
  float* gx_;
  const Shape& gx_shape_;
  const float* panels_ = nullptr;
};

}  // namespace

void conv_transpose_direct(Context& context, const float* g, const Shape& g_shape, const Origins& origins, const CpuFilters& filters,
                           float* gx, const Shape& gx_shape) {
  TransposeDirect(g, g_shape, origins, filters, gx, gx_shape).run(context);
}

}  // namespace zf::cpu
