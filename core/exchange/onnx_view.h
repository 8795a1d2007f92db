#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/exchange/onnx_tensor.h"
#include "core/tensor/shape.h"

namespace zf::onnx {

/// What an axis of a value is, where each is one thing.
enum class Role : std::uint8_t { kOne, kItem, kMap, kRow, kColumn };

/// How an ONNX value lies on our maps (N, C, H, W): reshapes and transposes only change this, and cost nothing. Each axis is a walk over
/// the maps' memory in steps: one for an axis of maps, several where axes have been joined.
class View {
 public:
  struct Step {
    std::int64_t size = 1;
    std::int64_t stride = 0;  ///< elements of our maps
    friend bool operator==(const Step&, const Step&) = default;
  };
  using Axis = std::vector<Step>;  ///< outer first, joined where they follow each other, none of one element

  /// The maps as they are. `maps.n` counts the items of the file's batch.
  [[nodiscard]] static View of(const Shape& maps);
  /// Axes of the given roles.
  [[nodiscard]] static View of(const Shape& maps, const std::vector<Role>& roles);

  [[nodiscard]] std::size_t rank() const { return axes_.size(); }
  [[nodiscard]] const Axis& axis(std::size_t i) const { return axes_.at(i); }
  [[nodiscard]] std::int64_t size(std::size_t i) const;
  [[nodiscard]] Dims dims() const;

  /// The same elements in the same order under other dimensions. Throws where an axis would have to be cut between its steps.
  [[nodiscard]] View reshaped(const Dims& dims) const;
  [[nodiscard]] View transposed(const std::vector<std::size_t>& order) const;
  /// Without axes of one element.
  [[nodiscard]] View without(const std::vector<bool>& axes) const;

  /// What each axis is; none where some axis is a mixture.
  [[nodiscard]] std::optional<std::vector<Role>> roles(const Shape& maps) const;
  /// Where the elements of an axis lie on an item's maps, in its order.
  [[nodiscard]] std::vector<std::int64_t> places(std::size_t axis) const;

  friend bool operator==(const View&, const View&) = default;

 private:
  std::vector<Axis> axes_;
};

}  // namespace zf::onnx
