#pragma once

#include <memory>

#include "core/backend/backend.h"
#include "core/backend/cpu/gemm.h"
#include "core/backend/cpu/numbers.h"
#include "core/backend/cpu/winograd_filters.h"
#include "core/tensor/aligned_buffer.h"

namespace zf::cpu {

/// A derived order of the weights, made when a kernel first asks for it and again after every pack.
class Layout {
 public:
  /// Marks the values as outdated and keeps the memory.
  void invalidate() { valid_ = false; }

  /// The values; `make(float*)` writes them where they are outdated.
  template <typename Make>
  [[nodiscard]] const float* get(std::size_t floats, const Make& make) {
    if (!valid_) {
      if (buffer_.bytes() < floats * sizeof(float)) {
        buffer_ = {};
        buffer_ = AlignedBuffer(floats * sizeof(float));
      }
      make(buffer_.as<float>());
      valid_ = true;
    }
    return buffer_.as<float>();
  }

 private:
  AlignedBuffer buffer_;
  bool valid_ = false;
};

/// How transposed convolutions of sparse signals read the weights: a map's kernel rows, each (kernel_w, channels of the group) and
/// filled up with zeros to whole vectors, make a sequence of vectors. Taps that lie apart are rows of their own. kSparseVectors of it, of
/// all maps of the group, lie together: [group][block][map][vector of the block].
struct SparseLayout {
  int row_taps = 0;            ///< of a kernel row
  int rows = 0;                ///< of a map
  int row_vectors = 0;         ///< of a kernel row
  int vectors = 0;             ///< of a map, filled up to a multiple of 3
  std::size_t group_size = 0;  ///< floats
};

/// The CPU kernels' filters. Those that may be fully connected (stride 1, no padding, no groups) and those of weights narrower than
/// float32, which nobody can change, share the tensors' memory, so that a large layer exists once; others keep a copy.
class CpuFilters final : public Filters {
 public:
  CpuFilters(const ConvSpec& spec, int channels);

  void set(const DeviceTensor& weight, const DeviceTensor& bias);

  /// (maps, channels/groups, kernel_h, kernel_w), row-major, as they are stored.
  [[nodiscard]] Numbers weight() const;
  /// The same of a depthwise convolution, which keeps them as floats.
  [[nodiscard]] const float* depthwise_weight() const { return weight_.as<float>(); }
  [[nodiscard]] const float* bias() const;

  [[nodiscard]] int group_maps() const { return spec().maps / spec().groups; }
  [[nodiscard]] int group_channels() const { return channels() / spec().groups; }
  [[nodiscard]] int taps() const { return spec().kernel_h * spec().kernel_w; }
  /// Weights of one map.
  [[nodiscard]] int row() const { return group_channels() * taps(); }

  /// Of each group: group_maps() x row() in panels, of panel_depth() columns after the other, in the order in which kernels read them.
  [[nodiscard]] const float* panels() const;
  /// Sets the product's A to `maps` rows from `map` on, a whole number of panels, and columns [k, k + job.k) of a group, of which no more
  /// than panel_depth() are there at once: k is a multiple of that.
  void set_panels(Gemm& job, int group, int map, int k) const;
  /// Of each group: the transpose, row() x group_maps(), in panels.
  [[nodiscard]] const float* transposed_panels() const;
  /// In the order of SparseLayout.
  [[nodiscard]] const float* sparse(Context& context) const;
  [[nodiscard]] SparseLayout sparse_layout() const;
  /// For the convolution and for its transpose, once prepared; null where single maps or taps leave nothing to gain.
  [[nodiscard]] const WinogradFilters* winograd() const { return winograd_.get(); }
  [[nodiscard]] const WinogradFilters* winograd_transposed() const { return winograd_transposed_.get(); }
  void prepare_winograd(Context& context) const;
  void prepare_winograd_transposed(Context& context) const;

 private:
  /// The weights as floats, in `buffer` where they are narrower.
  [[nodiscard]] const float* floats(AlignedBuffer& buffer) const;

  DeviceTensor shared_weight_;
  DeviceTensor shared_bias_;
  AlignedBuffer weight_;
  AlignedBuffer bias_;
  mutable Layout panels_;
  mutable Layout transposed_panels_;
  mutable Layout sparse_;
  std::unique_ptr<WinogradFilters> winograd_;
  std::unique_ptr<WinogradFilters> winograd_transposed_;
};

[[nodiscard]] inline const CpuFilters& cpu_filters(const Filters& filters) { return static_cast<const CpuFilters&>(filters); }

}  // namespace zf::cpu
