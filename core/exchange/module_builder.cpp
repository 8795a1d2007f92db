#include "core/exchange/module_builder.h"

#include <cmath>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr auto kAny = StateDict::kAny;

}  // namespace

ModuleBuilder::ModuleBuilder(StateDict& dict, const std::string& first_weight, int side) : dict_(dict) {
  parts_.network.input = {1, static_cast<int>(dict.dims(first_weight, {kAny, kAny, kAny, kAny})[1]), side, side};
}

Shape ModuleBuilder::shape(int value) const {
  return value == kPicture ? parts_.network.input : shapes_.at(static_cast<std::size_t>(value));
}

int ModuleBuilder::conv(int x, const std::string& module, ConvLayer op) {
  const StateDict::Dims expected{op.maps == 0 ? kAny : op.maps, shape(x).c / op.groups, op.kernel, op.kernel};
  Tensor weight = dict_.read(module + ".weight", expected);
  op.maps = weight.shape().n;
  const int layer = add(op, module, {x}, true);
  set(layer, "weight", std::move(weight));
  if (op.bias) set(layer, "bias", dict_.read(module + ".bias", {op.maps}));
  return layer;
}

int ModuleBuilder::normalised_conv(int x, const std::string& conv, const std::string& norm, ConvLayer op) {
  op.bias = false;
  return batch_norm(this->conv(x, conv, op), norm);
}

int ModuleBuilder::batch_norm(int x, const std::string& module, float epsilon) {
  const int maps = shape(x).c;
  const auto read = [&](const char* role) { return dict_.read(fmt::format("{}.{}", module, role), {maps}); };
  const Tensor weight = read("weight");
  const Tensor bias = read("bias");
  const Tensor mean = read("running_mean");
  const Tensor variance = read("running_var");
  Tensor scale({maps, 1, 1, 1});
  Tensor shift({1, maps, 1, 1});
  for (std::size_t i = 0; i < static_cast<std::size_t>(maps); ++i) {
    const double squared = double{variance.values()[i]} + double{epsilon};
    if (!(squared > 0)) {
      fail("{}: tensor \"{}.running_var\": expected variances of at least 0, found {}", dict_.file(), module, variance.values()[i]);
    }
    const double factor = weight.values()[i] / std::sqrt(squared);
    scale.values()[i] = static_cast<float>(factor);
    shift.values()[i] = static_cast<float>(bias.values()[i] - mean.values()[i] * factor);
  }
  const int layer = add(AffineLayer{}, module, {x}, true);
  set(layer, "scale", std::move(scale));
  set(layer, "shift", std::move(shift));
  return layer;
}

int ModuleBuilder::linear(int x, const std::string& module) {
  const Shape in = shape(x);
  const auto inputs = static_cast<int>(in.item());
  const std::string name = module + ".weight";
  const bool is_conv = dict_.rank(name) == 4;
  Tensor weight = dict_.read(name, is_conv ? StateDict::Dims{kAny, in.c, in.h, in.w} : StateDict::Dims{kAny, inputs});
  const int units = weight.shape().n;
  weight.reshape({units, inputs, 1, 1});
  const int layer = add(LinearLayer{units}, module, {x}, true);
  set(layer, "weight", std::move(weight));
  set(layer, "bias", dict_.read(module + ".bias", {units}));
  return layer;
}

int ModuleBuilder::adaptive_pool(int x, const std::string& module, int side) {
  const Shape in = shape(x);
  if (in.h % side != 0 || in.w != in.h) {
    fail("{}: expected maps of a multiple of {} x {} at \"{}\", found {}: images of another size (--size) give them", dict_.file(), side,
         side, module, to_string(in));
  }
  const int kernel = in.h / side;
  return kernel == 1 ? x : apply(x, module, AveragePoolLayer{kernel, kernel});
}

NetworkParts ModuleBuilder::finish() {
  simplify(parts_);
  return std::move(parts_);
}

int ModuleBuilder::add(const LayerOp& op, const std::string& module, std::vector<int> inputs, bool has_weights) {
  Layer layer{names_.name(op, has_weights ? module + ".weight" : "", module, ""), op, std::move(inputs)};
  std::vector<Shape> shapes;
  for (const int input : layer.inputs) shapes.push_back(shape(input));
  try {
    shapes_.push_back(output_shape(layer, shapes));
  } catch (const Error& error) {
    fail("{}: {}", dict_.file(), error.what());
  }
  parts_.network.layers.push_back(std::move(layer));
  parts_.sources.push_back(module);
  return static_cast<int>(parts_.network.layers.size()) - 1;
}

void ModuleBuilder::set(int layer, const char* role, Tensor tensor) {
  parts_.parameters.emplace(fmt::format("{}.{}", parts_.network.layers[static_cast<std::size_t>(layer)].name, role), std::move(tensor));
}

}  // namespace zf
