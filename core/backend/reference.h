#pragma once

#include <memory>

#include "core/backend/backend.h"
#include "core/backend/cpu/storage.h"

/// Every operation straight from its definition, accumulated in double: slow, short, and what the backends are measured by.
namespace zf::reference {

/// NCHW memory by its indices.
template <typename Element>
class View {
 public:
  explicit View(const DeviceBuffer<Element>& buffer) : shape(buffer.shape()), data_(cpu::data(buffer)) {}

  [[nodiscard]] Element& operator()(int n, int c, int y, int x) const {
    return data_[static_cast<std::size_t>(n) * shape.item() + static_cast<std::size_t>(c) * shape.plane() +
                 static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.w) + static_cast<std::size_t>(x)];
  }
  [[nodiscard]] bool inside(int y, int x) const { return y >= 0 && y < shape.h && x >= 0 && x < shape.w; }

  Shape shape;

 private:
  Element* data_;
};

/// Where item n lies when `windows` may be empty.
[[nodiscard]] inline Window window_of(Windows windows, int n) {
  return windows.empty() ? Window{n, 0, 0} : windows[static_cast<std::size_t>(n)];
}

/// Calls body(n, c, y, x) for every element.
template <typename Body>
void for_each(const Shape& shape, const Body& body) {
  for (int n = 0; n < shape.n; ++n) {
    for (int c = 0; c < shape.c; ++c) {
      for (int y = 0; y < shape.h; ++y) {
        for (int x = 0; x < shape.w; ++x) body(n, c, y, x);
      }
    }
  }
}

void pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters);
void conv(const DeviceTensor& x, const Filters& filters, int pad, bool biased, bool relu, DeviceTensor& y);
void linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y);
void conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx);
void conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight, DeviceTensor& bias);

void relu(const DeviceTensor& x, DeviceTensor& y);
void max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches);
void lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y);
void softmax(const DeviceTensor& x, DeviceTensor& y);
void unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Windows out_at,
            DeviceTensor& gx);
void relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g);
void lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx);

void gather_windows(const DeviceTensor& x, Windows at, float outside, const DeviceTensor* changed, Windows changed_at, DeviceTensor& y);
void window_differences(const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at, DeviceTensor& y);
void window_sums(const DeviceTensor& x, Windows at, const DeviceTensor& differences, Windows differences_at, bool relu, DeviceTensor& y);
void channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places);

void dropout(float p, std::uint64_t seed, DeviceTensor& x);
void cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g);
void sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight);
void limit_rms(float limit, DeviceTensor& weight);

}  // namespace zf::reference
