#pragma once

#include <initializer_list>
#include <vector>

#include "core/backend/specs.h"
#include "native/opengl/device.h"

// How operations on tensors that are larger than a storage block may be are cut into dispatches.

namespace zf::opengl {

/// What one dispatch of an operation on single maps writes: whole items, or some of the maps of one.
struct Part {
  int first_item = 0;
  int items = 0;
  int first_channel = 0;
  int channels = 0;
  [[nodiscard]] std::size_t planes() const { return static_cast<std::size_t>(items) * static_cast<std::size_t>(channels); }
};

/// Threads of a part that writes such maps, one an element.
[[nodiscard]] inline int threads_of(const Part& part, const Shape& shape) { return static_cast<int>(part.planes() * shape.plane()); }

/// A tensor of such an operation.
struct Operand {
  const Storage& storage;
  const Shape& shape;
  Windows at{};  ///< where item k of a part reads: image at[k].image; its own item where empty
  int halo = 0;  ///< neighbouring maps that are read, too

  template <typename Element>
  explicit Operand(const DeviceBuffer<Element>& buffer, Windows windows = {}, int neighbours = 0)
      : storage(buffer.storage()), shape(buffer.shape()), at(windows), halo(neighbours) {}

  [[nodiscard]] ByteRange range(const Part& part) const;
};

/// Parts of an operation over all items and maps of a shape, in each of which every operand fits a storage block. Throws Error where
/// a single map does not.
[[nodiscard]] std::vector<Part> split(const Device& device, const Shape& shape, std::initializer_list<Operand> operands);

/// A product of inputs and weights over `depth`, which may be cut in all of its directions.
/// Inputs (items, groups * depth) planes, weights (groups * group_tiles, depth) rows, outputs (items, groups * outputs) planes.
struct Product {
  int items = 0;
  int groups = 1;
  int depth = 1;
  int outputs = 1;         ///< of a group
  int tile = 1;            ///< outputs that share a row of weights
  bool deep = true;        ///< whether the depth may be cut
  std::size_t input = 0;   ///< bytes a plane
  std::size_t output = 0;  ///< bytes a plane
  std::size_t row = 0;     ///< bytes of weights
  double work = 0;         ///< multiplications for a row and an item

  [[nodiscard]] int group_tiles() const { return (outputs + tile - 1) / tile; }
  [[nodiscard]] int tiles() const { return groups * group_tiles(); }
};

/// What one dispatch of a product does.
struct Block {
  int first_item = 0;
  int items = 0;
  int first_tile = 0;
  int tiles = 0;
  int first_depth = 0;
  int depth = 0;
  ByteRange input;
  ByteRange weights;
  ByteRange output;
};

/// Blocks in which everything fits a storage block and that a card does in well under 100 ms. Blocks that share outputs follow one
/// another in the order of their depth.
[[nodiscard]] std::vector<Block> split(const Device& device, const Product& product);

/// A flat range of elements.
struct Chunk {
  std::size_t first = 0;
  std::size_t count = 0;
  [[nodiscard]] ByteRange range() const { return {first * sizeof(float), (first + count) * sizeof(float)}; }
  /// Where its first element lies in a binding of that range.
  [[nodiscard]] int start(const Binding& binding) const {
    return static_cast<int>(static_cast<std::uint32_t>(binding.at) + static_cast<std::uint32_t>(first));
  }
};
[[nodiscard]] std::vector<Chunk> split(const Device& device, std::size_t first, std::size_t count);

}  // namespace zf::opengl
