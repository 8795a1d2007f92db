#include "native/opengl/filters.h"

namespace zf::opengl {

namespace {

struct PackParameters {
  int count, tile_size, first_tile, group_tiles, group_maps, group_channels, taps, first_map, maps, weights_at, packed_at;
};

/// Weights are the inputs here and the packed ones the rows: what a dispatch writes must fit, too.
[[nodiscard]] Product product_of(const GlFilters& filters, int outputs, int depth, int tile) {
  Product product{.items = 1, .groups = filters.spec().groups, .depth = depth, .outputs = outputs, .tile = tile};
  product.row = floats(filters.taps() * tile);
  return product;
}

}  // namespace

const Storage& GlFilters::packed(const std::shared_ptr<Device>& device) const {
  if (packed_ != nullptr) return *packed_;
  Product product = product_of(*this, group_maps(), group_channels(), kTile);
  product.output = floats(group_channels() * taps());  // a map's weights
  product.deep = false;
  packed_ = std::make_shared<GlStorage>(device, product.row * static_cast<std::size_t>(product.tiles() * product.depth));
  for (const Block& block : split(*device, product)) {
    const Binding from = device->bind(weight.storage(), block.output);
    const Binding to = device->bind(*packed_, block.weights);
    const int count = block.tiles * product.depth * taps() * kTile;
    device->run(
        Kernel::kPack,
        PackParameters{count, kTile, block.first_tile, product.group_tiles(), group_maps(), group_channels(), taps(), 0, 0, from.at, to.at},
        {from, to}, static_cast<std::size_t>(count));
  }
  return *packed_;
}

const Storage& GlFilters::transposed(const std::shared_ptr<Device>& device) const {
  if (transposed_ != nullptr) return *transposed_;
  Product product = product_of(*this, group_channels(), group_maps(), transposed_tile());
  product.input = floats(group_channels() * taps());  // a map's weights
  transposed_ = std::make_shared<GlStorage>(device, product.row * static_cast<std::size_t>(product.tiles() * product.depth));
  for (const Block& block : split(*device, product)) {
    const Binding from = device->bind(weight.storage(), block.input);
    const Binding to = device->bind(*transposed_, block.weights);
    const int count = block.tiles * block.depth * taps() * transposed_tile();
    device->run(Kernel::kPackTransposed,
                PackParameters{count, transposed_tile(), block.first_tile, product.group_tiles(), group_maps(), group_channels(), taps(),
                               block.first_depth, block.depth, from.at, to.at},
                {from, to}, static_cast<std::size_t>(count));
  }
  return *transposed_;
}

void GlFilters::forget_packed() {
  packed_ = nullptr;
  transposed_ = nullptr;
}

}  // namespace zf::opengl
