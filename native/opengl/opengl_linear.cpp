// Fully connected layers: products that wait for memory, on weights as they came.
#include "native/opengl/filters.h"
#include "native/opengl/opengl.h"

namespace zf::opengl {

namespace {

constexpr int kMaps = 8;      // of a group of linear.comp
constexpr int kItems = 8;     // of a group or a thread, unless there is only one
constexpr int kElements = 4;  // of a thread of linear_transpose.comp

struct LinearParameters {
  int map_blocks, first_map, maps, first_item, items, terms, weights, plane, width, full_plane, full_width, corner, y_maps;
  int biased, relu;
  int x_at, weights_at, biases_at, y_at;
};

struct LinearTransposeParameters {
  int slots, elements, first_item, items, first_map, maps, g_maps, more, g_at, weights_at, gx_at;
};

[[nodiscard]] Kernel kernel_of(bool window, bool one_item) {
  if (window) return one_item ? Kernel::kLinearWindowOneItem : Kernel::kLinearWindow;
  return one_item ? Kernel::kLinearOneItem : Kernel::kLinear;
}

}  // namespace

void OpenGlBackend::linear(const DeviceTensor& x, Window at, const Filters& filters, Finish finish, DeviceTensor& y) {
  const auto& own = static_cast<const GlFilters&>(filters);
  const ConvSpec& spec = filters.spec();
  const Shape& in = x.shape();
  const int weights = static_cast<int>(own.weight.shape().item());
  const int terms = static_cast<int>(in.item());
  const Product product{.items = in.n,
                        .outputs = spec.maps,
                        .tile = kMaps,
                        .deep = false,
                        .input = floats(terms),
                        .output = sizeof(float),
                        .row = floats(weights) * kMaps,
                        .work = static_cast<double>(terms) * kMaps};
  const Kernel kernel = kernel_of(terms != weights, in.n == 1);
  for (const Block& block : split(*device_, product)) {
    const Binding from = device_->bind(x.storage(), block.input);
    const Binding row = device_->bind(own.weight.storage(), block.weights);
    const Binding bias = device_->bind(own.bias.storage());
    const Binding to = device_->bind(y.storage(), block.output);
    const int first_map = block.first_tile * kMaps;
    const LinearParameters parameters{block.tiles,
                                      first_map,
                                      std::min(block.tiles * kMaps, spec.maps - first_map),
                                      block.first_item,
                                      block.items,
                                      terms,
                                      weights,
                                      static_cast<int>(in.plane()),
                                      in.w,
                                      own.taps(),
                                      spec.kernel_w,
                                      at.y * spec.kernel_w + at.x,
                                      spec.maps,
                                      finish != Finish::kNothing,
                                      finish == Finish::kBiasAndRelu,
                                      from.at,
                                      row.at,
                                      bias.at,
                                      to.at};
    device_->run_groups(kernel, parameters, {from, row, bias, to},
                        static_cast<std::size_t>(block.tiles) * static_cast<std::size_t>(divide_up(block.items, in.n == 1 ? 1 : kItems)));
  }
}

void OpenGlBackend::do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) {
  linear(x, at, filters, Finish::kNothing, y);
}

void OpenGlBackend::linear_transpose(const DeviceTensor& g, const Filters& filters, DeviceTensor& gx) {
  const auto& own = static_cast<const GlFilters&>(filters);
  const int maps = filters.spec().maps;
  const int elements = static_cast<int>(gx.shape().item());
  const Product product{.items = gx.shape().n,
                        .depth = maps,
                        .input = sizeof(float),
                        .output = floats(elements),
                        .row = floats(elements),
                        .work = static_cast<double>(elements)};
  const int slots = divide_up(elements, kElements);
  const bool one_item = product.items == 1;
  for (const Block& block : split(*device_, product)) {
    const Binding from = device_->bind(g.storage(), block.input);
    const Binding row = device_->bind(own.weight.storage(), block.weights);
    const Binding to = device_->bind(gx.storage(), block.output);
    device_->run(one_item ? Kernel::kLinearTransposeOneItem : Kernel::kLinearTranspose,
                 LinearTransposeParameters{slots, elements, block.first_item, block.items, block.first_depth, block.depth, maps,
                                           block.first_depth > 0, from.at, row.at, to.at},
                 {from, row, to},
                 static_cast<std::size_t>(slots) * static_cast<std::size_t>(divide_up(block.items, one_item ? 1 : kItems)));
  }
}

}  // namespace zf::opengl
