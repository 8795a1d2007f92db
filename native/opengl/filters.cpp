#include "native/opengl/filters.h"

#include <algorithm>

namespace zf::opengl {

namespace {

struct PackParameters {
  int count, tile_size, first_tile, group_tiles, group_maps, group_channels, group_quads, first_quad, quads, taps, weights_at, ordered_at;
};

}  // namespace

const Storage& GlFilters::packed(const std::shared_ptr<Device>& device) const {
  if (packed_ == nullptr) packed_ = pack(device, false);
  return *packed_;
}

const Storage& GlFilters::transposed(const std::shared_ptr<Device>& device) const {
  if (transposed_ == nullptr) transposed_ = pack(device, true);
  return *transposed_;
}

void GlFilters::forget_packed() {
  packed_ = nullptr;
  transposed_ = nullptr;
}

std::shared_ptr<Storage> GlFilters::pack(const std::shared_ptr<Device>& device, bool transpose) const {
  const int tile = transpose ? transposed_tile() : kTile;
  const std::size_t map = floats(group_channels() * taps());
  // What is packed are the product's rows; what is read lies with the maps, which are its inputs or its outputs.
  const Product product{.items = 1,
                        .groups = spec().groups,
                        .depth = quads_of(transpose ? group_maps() : group_channels()),
                        .outputs = transpose ? group_channels() : group_maps(),
                        .tile = tile,
                        .deep = transpose,
                        .input = transpose ? 4 * map : 0,
                        .output = transpose ? 0 : map,
                        .row = floats(taps() * 4 * tile)};
  auto ordered = std::make_shared<GlStorage>(device, product.row * static_cast<std::size_t>(product.tiles() * product.depth));
  for (const Block& block : split(*device, product)) {
    const Binding from = device->bind(weight.storage(), source(product, block, transpose));
    const Binding to = device->bind(*ordered, block.weights);
    const int count = block.tiles * block.depth * taps() * 4 * tile;
    const PackParameters parameters{count,
                                    tile,
                                    block.first_tile,
                                    product.group_tiles(),
                                    group_maps(),
                                    group_channels(),
                                    product.depth,
                                    block.first_depth,
                                    block.depth,
                                    taps(),
                                    from.at,
                                    to.at};
    device->run(transpose ? Kernel::kPackTransposed : Kernel::kPack, parameters, {from, to}, static_cast<std::size_t>(count));
  }
  return ordered;
}

ByteRange GlFilters::source(const Product& product, const Block& block, bool transpose) const {
  if (!transpose) return block.output;
  const int first_group = block.first_tile / product.group_tiles();
  const int last_group = (block.first_tile + block.tiles - 1) / product.group_tiles();
  const int first = first_group * group_maps() + block.first_depth * 4;
  const int end = last_group * group_maps() + std::min((block.first_depth + block.depth) * 4, group_maps());
  const std::size_t map = floats(group_channels() * taps());
  return {static_cast<std::size_t>(first) * map, static_cast<std::size_t>(end) * map};
}

}  // namespace zf::opengl
