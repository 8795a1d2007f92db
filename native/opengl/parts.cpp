#include "native/opengl/parts.h"

#include <algorithm>

#include "core/tensor/error.h"

namespace zf::opengl {

namespace {

/// Multiplications of a dispatch, which slow cards do in 50 ms: systems end what takes seconds.
constexpr double kMostWork = 4e9;
constexpr std::size_t kMostAlignment = 256;  // bytes that a binding may begin early

[[nodiscard]] std::size_t size(int count) { return static_cast<std::size_t>(count); }

[[nodiscard]] std::size_t largest_range(const Device& device) { return device.block_limit() - kMostAlignment; }

[[noreturn]] void too_large(const Device& device) {
  fail("opengl: expected maps and weights whose smallest parts fit blocks of {} bytes, found larger ones", device.block_limit());
}

/// Leaves half of `count` and puts the rest behind it; false where there is only one.
[[nodiscard]] bool halve(int& count, int& rest_first, int& rest) {
  if (count <= 1) return false;
  const int half = (count + 1) / 2;
  rest_first += half;
  rest = count - half;
  count = half;
  return true;
}

[[nodiscard]] bool fits(const Device& device, std::initializer_list<Operand> operands, const Part& part) {
  return std::all_of(operands.begin(), operands.end(),
                     [&](const Operand& operand) { return operand.range(part).bytes() <= largest_range(device); });
}

/// Adds the part, or its halves where it does not fit.
void cut(const Device& device, std::initializer_list<Operand> operands, Part part, std::vector<Part>& parts) {
  if (fits(device, operands, part)) {
    parts.push_back(part);
    return;
  }
  Part rest = part;
  if (halve(part.items, rest.first_item, rest.items) || halve(part.channels, rest.first_channel, rest.channels)) {
    cut(device, operands, part, parts);
    cut(device, operands, rest, parts);
  } else {
    too_large(device);
  }
}

}  // namespace

ByteRange Operand::range(const Part& part) const {
  std::size_t first = size(part.first_item);
  std::size_t last = first + size(part.items) - 1;
  if (!at.empty()) {
    const auto [low, high] = std::minmax_element(at.begin() + part.first_item, at.begin() + part.first_item + part.items,
                                                 [](const Window& a, const Window& b) { return a.image < b.image; });
    first = size(low->image);
    last = size(high->image);
  }
  const std::size_t plane = shape.plane() * sizeof(float);
  const int first_channel = std::max(part.first_channel - halo, 0);
  const int end_channel = std::min(part.first_channel + part.channels + halo, shape.c);
  return {(first * size(shape.c) + size(first_channel)) * plane, (last * size(shape.c) + size(end_channel)) * plane};
}

std::vector<Part> split(const Device& device, const Shape& shape, std::initializer_list<Operand> operands) {
  std::vector<Part> parts;
  if (shape.size() == 0) return parts;
  cut(device, operands, {0, shape.n, 0, shape.c}, parts);
  return parts;
}

namespace {

/// The ranges of a block whose counts are set.
void set_ranges(const Product& product, Block& block) {
  const int group = block.first_tile / product.group_tiles();
  const int last_tile = block.first_tile + block.tiles - 1;
  const int last_group = last_tile / product.group_tiles();
  const auto planes = [&](int all, int first, int end, std::size_t plane) {
    return ByteRange{(size(block.first_item) * size(all) + size(first)) * plane,
                     (size(block.first_item + block.items - 1) * size(all) + size(end)) * plane};
  };
  block.input = planes(product.groups * product.depth, group * product.depth + block.first_depth,
                       last_group * product.depth + block.first_depth + block.depth, product.input);
  block.weights = {(size(block.first_tile) * size(product.depth) + size(block.first_depth)) * product.row,
                   (size(last_tile) * size(product.depth) + size(block.first_depth + block.depth)) * product.row};
  const int first_output = group * product.outputs + block.first_tile % product.group_tiles() * product.tile;
  const int end_output = last_group * product.outputs + std::min((last_tile % product.group_tiles() + 1) * product.tile, product.outputs);
  block.output = planes(product.groups * product.outputs, first_output, end_output, product.output);
}

/// Halves a block that is too large in the direction that helps; false where it is small enough.
[[nodiscard]] bool halve(const Device& device, const Product& product, Block& block, Block& rest) {
  const std::size_t limit = largest_range(device);
  const bool one_group = block.first_tile / product.group_tiles() == (block.first_tile + block.tiles - 1) / product.group_tiles();
  const auto items = [&] { return halve(block.items, rest.first_item, rest.items); };
  const auto tiles = [&] { return halve(block.tiles, rest.first_tile, rest.tiles); };
  const auto depth = [&] { return product.deep && one_group && halve(block.depth, rest.first_depth, rest.depth); };
  if (block.input.bytes() > limit) {
    if (items() || (!one_group && tiles()) || depth()) return true;
    too_large(device);
  }
  if (block.weights.bytes() > limit) {
    if (tiles() || depth()) return true;
    too_large(device);
  }
  if (block.output.bytes() > limit) {
    if (items() || tiles()) return true;
    too_large(device);
  }
  return product.work * block.items * block.tiles * block.depth > kMostWork && (items() || tiles());
}

void cut(const Device& device, const Product& product, Block block, std::vector<Block>& blocks) {
  set_ranges(product, block);
  Block rest = block;
  if (halve(device, product, block, rest)) {
    cut(device, product, block, blocks);
    cut(device, product, rest, blocks);
  } else {
    blocks.push_back(block);
  }
}

}  // namespace

std::vector<Block> split(const Device& device, const Product& product) {
  std::vector<Block> blocks;
  if (product.items > 0) cut(device, product, {0, product.items, 0, product.tiles(), 0, product.depth, {}, {}, {}}, blocks);
  return blocks;
}

std::vector<Chunk> split(const Device& device, std::size_t first, std::size_t count) {
  const std::size_t most = largest_range(device) / sizeof(float);
  std::vector<Chunk> chunks;
  for (const std::size_t end = first + count; first < end; first += most) chunks.push_back({first, std::min(most, end - first)});
  return chunks;
}

}  // namespace zf::opengl
