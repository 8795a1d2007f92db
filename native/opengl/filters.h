#pragma once

#include "core/backend/backend.h"
#include "native/opengl/parts.h"

namespace zf::opengl {

/// Weights as they came, for fully connected layers, and packed for the kernels that ask for it, on first use.
class GlFilters final : public Filters {
 public:
  GlFilters(const ConvSpec& spec, int channels) : Filters(spec, channels) {}

  /// (maps, channels of a group, rows, columns) and (1, maps, 1, 1).
  DeviceTensor weight;
  DeviceTensor bias;

  [[nodiscard]] int group_maps() const { return spec().maps / spec().groups; }
  [[nodiscard]] int group_channels() const { return channels() / spec().groups; }
  [[nodiscard]] int taps() const { return spec().kernel_h * spec().kernel_w; }
  /// Channels that a thread of the transpose computes.
  [[nodiscard]] int transposed_tile() const { return group_channels() <= 4 ? 4 : kTile; }

  [[nodiscard]] const Storage& packed(const std::shared_ptr<Device>& device) const;
  [[nodiscard]] const Storage& transposed(const std::shared_ptr<Device>& device) const;
  /// After new weights.
  void forget_packed();

  static constexpr int kTile = 8;  ///< maps that a thread of the convolution computes

 private:
  mutable std::shared_ptr<GlStorage> packed_;
  mutable std::shared_ptr<GlStorage> transposed_;
};

/// Bytes of elements.
template <typename Count>
[[nodiscard]] std::size_t floats(Count count) {
  return static_cast<std::size_t>(count) * sizeof(float);
}

}  // namespace zf::opengl
