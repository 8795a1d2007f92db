#include "core/analysis/change.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/nn/permute.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using StencilOf = Stencil (*)(const LayerOp&, const Shape&);

/// The elements of both, and what lies between.
Extent joined(Extent a, Extent b) {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  const int first = std::min(a.first, b.first);
  return {first, std::max(a.first + a.count, b.first + b.count) - first};
}

std::vector<Extent> reached(const Net& net, Extent image, int last, StencilOf stencil_of, int Shape::*axis) {
  std::vector<Extent> extents;
  for (int i = 0; i <= last; ++i) {
    const std::span<const int> inputs = net.graph().inputs(i);
    const int size = net.shape(i).*axis;
    Extent all;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const Extent below = inputs[k] == kPicture ? image : extents[static_cast<std::size_t>(inputs[k])];
      const bool everywhere = below.count > 0 && sees_whole_map(net.op(i), static_cast<int>(k));
      all = joined(all, everywhere ? Extent{0, size} : reached_outputs(stencil_of(net.op(i), net.shape(inputs[k])), below, size));
    }
    extents.push_back(all);
  }
  return extents;
}

/// Whether windows of an average pool, wherever they lie, are means of as many elements.
bool divides_evenly(const AveragePoolLayer& op) { return !op.ceil && (op.pad == 0 || op.count_pad); }

}  // namespace

std::vector<Extent> reached_rows(const Net& net, Extent rows, int last) { return reached(net, rows, last, row_stencil, &Shape::h); }

std::vector<Extent> reached_columns(const Net& net, Extent columns, int last) {
  return reached(net, columns, last, column_stencil, &Shape::w);
}

ChangePass::ChangePass(const Net& net, const Trace& clean)
    : net_(&net), clean_(&clean), owner_{kPicture}, last_reader_(net.network().layers.size() + 1), changes_(last_reader_.size()) {
  const Graph& graph = net.graph();
  for (int i = 0; i < graph.layers(); ++i) {
    const bool flattens = std::holds_alternative<FlattenLayer>(net.op(i));
    owner_.push_back(net.shares_input(i) && !flattens ? owner_[value_index(graph.input(i))] : i);
    for (const int value : graph.inputs(i)) last_reader_[value_index(owner_[value_index(value)])] = i;
  }
}

void ChangePass::begin(Changes&& changes) { at(kPicture) = std::move(changes); }

Changes ChangePass::take_input(int layer) { return std::exchange(at(net_->graph().input(layer)), {}); }

/// Memory that no changes have.
DeviceTensor ChangePass::spare() {
  if (spare_.empty()) return {};
  DeviceTensor tensor = std::move(spare_.back());
  spare_.pop_back();
  return tensor;
}

/// Keeps the memory of what nothing reads any more.
void ChangePass::release_inputs(int layer) {
  for (const int value : net_->graph().inputs(layer)) {
    const int owner = owner_[value_index(value)];
    if (last_reader_[value_index(owner)] != layer || at(owner).values.empty()) continue;
    spare_.push_back(std::exchange(at(owner), {}).values);
  }
}

/// Windows of a value, its changes laid over it.
void ChangePass::gather_value(int value, Size size, const std::vector<Window>& from, float outside, DeviceTensor& windows) {
  const Changes& changes = at(value);
  net_->backend().gather_windows(clean_->value(value), from, size, outside, &changes.values, changes.at, windows);
}

/// Fills windows_ with all that the output's windows read of the layer's (first) input.
void ChangePass::gather(int layer, Size out, const std::vector<Window>& to, float outside) {
  const Stencil rows = row_stencil(net_->op(layer), net_->input_shape(layer));
  const Stencil columns = column_stencil(net_->op(layer), net_->input_shape(layer));
  from_.clear();
  for (const Window& window : to) {
    from_.push_back({0, read_inputs(rows, {window.y, out.h}).first, read_inputs(columns, {window.x, out.w}).first});
  }
  const Size read{read_inputs(rows, {0, out.h}).count, read_inputs(columns, {0, out.w}).count};
  gather_value(net_->graph().input(layer), read, from_, outside, windows_);
}

/// A layer with filters on the clean image, before its ReLU.
const DeviceTensor& ChangePass::clean_sums(int layer) {
  sums_.resize(net_->network().layers.size());
  DeviceTensor& sums = sums_[static_cast<std::size_t>(layer)];
  const Filters& filters = *net_->weights(layer).filters;
  if (sums.empty()) net_->backend().conv(net_->input_of(*clean_, layer), filters, filters.spec().pad, false, sums);
  return sums;
}

void ChangePass::convolve_differences(int layer, Size out, const std::vector<Window>& to, Changes& result) {
  Backend& backend = net_->backend();
  const Changes& changes = at(net_->graph().input(layer));
  const Filters& filters = *net_->weights(layer).filters;
  const Stencil rows = row_stencil(net_->op(layer), net_->input_shape(layer));
  const Stencil columns = column_stencil(net_->op(layer), net_->input_shape(layer));
  // So much of a kernel hangs over before the first difference that every output which reads one is there, whatever the stride.
  const int around = rows.kernel - rows.stride;
  from_.clear();
  reached_.clear();
  Size read;
  for (const Window& at : changes.at) {
    const Window first{0, first_reached(rows, at.y), first_reached(columns, at.x)};
    const Window from{0, first.y * rows.stride - rows.pad + around, first.x * columns.stride - columns.pad + around};
    read.h = std::max(read.h, at.y - from.y + changes.values.shape().h);
    read.w = std::max(read.w, at.x - from.x + changes.values.shape().w);
    reached_.push_back(first);
    from_.push_back(from);
  }
  const auto to_whole_strides = [&](int size) { return (size + around + rows.stride - 1) / rows.stride * rows.stride - around; };
  read = {to_whole_strides(read.h), to_whole_strides(read.w)};
  backend.window_differences(net_->input_of(*clean_, layer), from_, read, changes.values, changes.at, windows_);
  backend.conv_differences(windows_, filters, differences_);
  backend.window_sums(clean_sums(layer), to, out, differences_, reached_, net_->rectified(layer), result.values);
  result.at = to;
}

void ChangePass::connect(int layer, std::span<const Changes> batches, DeviceTensor& y) {
  Backend& backend = net_->backend();
  const DeviceTensor& clean = net_->input_of(*clean_, layer);
  int items = 0;
  Window first{0, clean.shape().h, clean.shape().w};
  Size end;
  for (const Changes& batch : batches) {
    items += batch.values.shape().n;
    for (const Window& at : batch.at) {
      first = {0, std::min(first.y, at.y), std::min(first.x, at.x)};
      end = {std::max(end.h, at.y + batch.values.shape().h), std::max(end.w, at.x + batch.values.shape().w)};
    }
  }
  const Size size{end.h - first.y, end.w - first.x};
  backend.resize(joined_, {items, clean.shape().c, size.h, size.w});
  int next = 0;
  for (const Changes& batch : batches) {
    from_.assign(batch.at.size(), first);
    backend.window_differences(clean, from_, size, batch.values, batch.at, windows_);
    backend.copy(windows_, joined_, next);
    next += batch.values.shape().n;
  }
  backend.linear_differences(joined_, first, *net_->weights(layer).filters, differences_);
  from_.assign(static_cast<std::size_t>(items), {});
  backend.window_sums(clean_sums(layer), from_, {1, 1}, differences_, from_, net_->rectified(layer), y);
}

/// Carries changes through one layer, type by type.
struct ChangePass::Up {
  ChangePass& pass;
  int layer;
  Size out;
  const std::vector<Window>& to;
  Changes& result;
  const Net& net = *pass.net_;
  Backend& backend = net.backend();
  std::span<const int> inputs = net.graph().inputs(layer);
  const Shape& in = net.input_shape(layer);

  void operator()(const ConvLayer& op) const {
    const int extent = (op.kernel - 1) * op.dilation + 1;
    if (inputs.front() != kPicture && extent > op.stride) return pass.convolve_differences(layer, out, to, result);
    convolve();
  }
  void operator()(const AffineLayer&) const { convolve(); }
  void operator()(const LinearLayer&) const {
    pass.connect(layer, std::span(&below(), 1), result.values);
    result.at = to;
  }
  void operator()(const ReluLayer&) const {
    backend.relu(below().values, result.values);
    result.at = below().at;
  }
  void operator()(const ActivationLayer& op) const {
    backend.activate(below().values, op.spec, op.slope_a_map ? &net.weights(layer).slope : nullptr, result.values);
    result.at = below().at;
  }
  void operator()(const LrnLayer& op) const {
    if (op.spec.within) {
      pass.gather(layer, out, to, 0.0F);
      backend.lrn(pass.windows_, op.spec, pass.joined_);
      std::vector<Window> inner;
      for (int k = 0; k < static_cast<int>(to.size()); ++k) inner.push_back({k, op.spec.size / 2, op.spec.size / 2});
      backend.gather_windows(pass.joined_, inner, out, 0.0F, nullptr, {}, result.values);
      result.at = to;
      return;
    }
    backend.lrn(below().values, op.spec, result.values);
    result.at = below().at;
  }
  void operator()(const PermuteMapsLayer& op) const {
    permute_maps(backend, below().values, op.groups, result.values);
    result.at = below().at;
  }
  void operator()(const MaxPoolLayer& op) const {
    pass.gather(layer, out, to, -std::numeric_limits<float>::infinity());
    backend.max_pool(pass.windows_, {.kernel = op.spec.kernel, .stride = op.spec.stride}, result.values, pass.switches_);
    result.at = to;
  }
  void operator()(const AveragePoolLayer& op) const {
    result.at = to;
    if (divides_evenly(op)) {
      pass.gather(layer, out, to, 0.0F);
      return backend.average_pool(pass.windows_, {.kernel = {op.kernel, op.kernel}, .stride = op.stride}, result.values);
    }
    gather_whole();
    backend.average_pool(pass.windows_, average_pool_spec(op), pass.joined_);
    std::vector<Window> items;
    for (const Window& window : to) items.push_back({static_cast<int>(items.size()), window.y, window.x});
    backend.gather_windows(pass.joined_, items, out, 0.0F, nullptr, {}, result.values);
  }
  void operator()(const GlobalAveragePoolLayer& op) const {
    gather_whole();
    backend.average_pool(pass.windows_, average_pool_spec(op, in), result.values);
    result.at = to;
  }
  void operator()(const FlattenLayer&) const {
    gather_whole();
    result.values = Backend::view(std::exchange(pass.windows_, {}), {static_cast<int>(to.size()), static_cast<int>(in.item()), 1, 1});
    result.at = to;
  }
  void operator()(const AddLayer&) const {
    result.at = to;
    if (inputs.size() == 1 && !net.rectified(layer)) return pass.gather_value(inputs[0], out, to, 0.0F, result.values);
    pass.gather_value(inputs[0], out, to, 0.0F, pass.windows_);
    if (inputs.size() == 1) return backend.relu(pass.windows_, result.values);
    for (std::size_t k = 1; k < inputs.size(); ++k) {
      pass.gather_value(inputs[k], out, to, 0.0F, pass.joined_);
      const bool last = k + 1 == inputs.size();
      backend.add(pass.windows_, pass.joined_, last && net.rectified(layer), result.values);
      if (!last) std::swap(pass.windows_, result.values);
    }
  }
  void operator()(const ConcatLayer&) const {
    backend.resize(result.values, {static_cast<int>(to.size()), net.shape(layer).c, out.h, out.w});
    int first = 0;
    for (const int value : inputs) {
      pass.gather_value(value, out, to, 0.0F, pass.windows_);
      const int maps = net.shape(value).c;
      backend.copy_maps(pass.windows_, 0, maps, result.values, first);
      first += maps;
    }
    result.at = to;
  }
  void operator()(const ScaleMapsLayer&) const {
    pass.gather_value(inputs[0], out, to, 0.0F, pass.windows_);
    pass.gather_value(inputs[1], {1, 1}, std::vector<Window>(to.size()), 0.0F, pass.joined_);
    backend.multiply(pass.windows_, pass.joined_, result.values);
    result.at = to;
  }
  void operator()(const PadLayer&) const {
    pass.gather(layer, out, to, 0.0F);
    std::swap(result.values, pass.windows_);
    result.at = to;
  }
  void operator()(const OneOf<DropoutLayer, SoftmaxLayer> auto& op) const {
    fail("changes: expected a layer below softmax, found {} ({})", net.network().layers[static_cast<std::size_t>(layer)].name,
         type_name(LayerOp(op)));
  }

 private:
  [[nodiscard]] const Changes& below() const { return pass.at(inputs.front()); }
  void gather_whole() const { pass.gather_value(inputs.front(), in.map(), std::vector<Window>(to.size()), 0.0F, pass.windows_); }
  void convolve() const {
    pass.gather(layer, out, to, 0.0F);
    backend.conv(pass.windows_, *net.weights(layer).filters, 0, net.rectified(layer), result.values);
    result.at = to;
  }
};

void ChangePass::step(int layer, Size out, const std::vector<Window>& to) {
  if (owner_[value_index(layer)] == layer) {
    Changes result{spare(), {}};
    std::visit(Up{*this, layer, out, to, result}, net_->op(layer));
    at(layer) = std::move(result);
  }
  release_inputs(layer);
}

}  // namespace zf
