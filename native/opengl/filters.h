#pragma once

#include "core/backend/backend.h"
#include "native/opengl/parts.h"

namespace zf::opengl {

/// Bytes of so many floats.
[[nodiscard]] inline std::size_t floats(int count) { return static_cast<std::size_t>(count) * sizeof(float); }
[[nodiscard]] inline std::size_t floats(std::size_t count) { return count * sizeof(float); }

[[nodiscard]] constexpr int divide_up(int a, int b) { return (a + b - 1) / b; }
/// Vectors of 4 that hold so many channels or maps.
[[nodiscard]] constexpr int quads_of(int count) { return divide_up(count, 4); }

/// Weights as they came, for fully connected layers, and packed for the kernels that ask for it, on first use.
class GlFilters final : public Filters {
 public:
  static constexpr int kTile = 8;  ///< maps that a thread of the convolution computes

  GlFilters(const ConvSpec& spec, int channels) : Filters(spec, channels) {}

  /// (maps, channels of a group, rows, columns) and (1, maps, 1, 1).
  DeviceTensor weight;
  DeviceTensor bias;

  [[nodiscard]] int group_maps() const { return spec().maps / spec().groups; }
  [[nodiscard]] int group_channels() const { return channels() / spec().groups; }
  [[nodiscard]] int taps() const { return spec().kernel_h * spec().kernel_w; }
  /// Whether each channel has so few maps of its own that a product's tiles would be nearly empty.
  [[nodiscard]] bool depthwise() const { return spec().groups > 1 && group_channels() == 1 && group_maps() < kTile; }
  /// Channels that a thread of the transpose computes.
  [[nodiscard]] int transposed_tile() const { return group_channels() <= 4 ? 4 : kTile; }

  [[nodiscard]] const Storage& packed(const std::shared_ptr<Device>& device) const;
  [[nodiscard]] const Storage& transposed(const std::shared_ptr<Device>& device) const;
  /// After new weights.
  void forget_packed();

 private:
  [[nodiscard]] std::shared_ptr<Storage> pack(const std::shared_ptr<Device>& device, bool transpose) const;
  /// The weights that a block of that packing reads.
  [[nodiscard]] ByteRange source(const Product& product, const Block& block, bool transpose) const;

  mutable std::shared_ptr<Storage> packed_;
  mutable std::shared_ptr<Storage> transposed_;
};

}  // namespace zf::opengl
