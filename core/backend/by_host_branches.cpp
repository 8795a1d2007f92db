// The branches and other non-linearities of a backend that has none of its own.
#include <vector>

#include "core/backend/by_host.h"

namespace zf {

/// As windows of whole maps over which `b` is laid as a sum.
void Backend::do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) {
  std::vector<Window> whole(static_cast<std::size_t>(a.shape().n));
  for (std::size_t n = 0; n < whole.size(); ++n) whole[n].image = static_cast<int>(n);
  do_windows(a, whole, {.kind = Overlay::Kind::kSum, .relu = relu}, &b, whole, y);
}

void Backend::do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().multiply(by.in(a), by.in(b), result);
  by.out(result, y);
}

/// The maps of an item lie together.
void Backend::do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) {
  const auto place = [](const DeviceTensor& tensor, int item, int map) {
    const Shape& shape = tensor.shape();
    return (static_cast<std::size_t>(item) * shape.item() + static_cast<std::size_t>(map) * shape.plane()) * sizeof(float);
  };
  const std::size_t bytes = static_cast<std::size_t>(count) * from.shape().plane() * sizeof(float);
  for (int n = 0; n < from.shape().n; ++n) do_copy(from.storage(), place(from, n, first), to.storage(), place(to, n, to_first), bytes);
}

void Backend::do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) {
  const ByHost by(*this);
  const DeviceTensor own_slopes = by.in(slopes);
  DeviceTensor result;
  by.host().activate(by.in(x), f, slopes != nullptr ? &own_slopes : nullptr, result);
  by.out(result, y);
}

void Backend::do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                                     DeviceTensor& g) {
  const ByHost by(*this);
  const bool reads_x = rule != Rule::kDeconvnet || !f.rectifies();
  const DeviceTensor own_slopes = by.in(slopes);
  DeviceTensor result = by.in(g);
  by.host().activation_backward(rule, f, slopes != nullptr ? &own_slopes : nullptr, by.in(reads_x ? &x : nullptr), g_at, result);
  by.out(result, g);
}

void Backend::do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().average_pool(by.in(x), spec, result);
  by.out(result, y);
}

void Backend::do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                                DeviceTensor& gx) {
  const ByHost by(*this);
  DeviceTensor result;
  by.host().average_unpool(by.in(g), g_at, spec, plane, gx.shape().map(), out_at, result);
  by.out(result, gx);
}

}  // namespace zf
