#pragma once

#include "core/backend/cpu/host_backend.h"
#include "core/backend/cpu/storage.h"

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

/// Every operation straight from its definition, accumulated in double: slow, short, and what the backends are measured by. It is also
/// what runs the operations that another backend leaves to the host.
class ReferenceBackend : public cpu::HostBackend, public Training {
 public:
  ReferenceBackend() : Training(static_cast<Backend&>(*this)) {}

  [[nodiscard]] std::string description() const override { return "reference, 1 thread"; }

 protected:
  void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) override;
  void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) override;
  void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) override;
  void do_relu(const DeviceTensor& x, DeviceTensor& y) override;
  void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) override;
  void do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) override;
  void do_softmax(const DeviceTensor& x, DeviceTensor& y) override;

  void do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) override;
  void do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Windows out_at,
                 DeviceTensor& gx) override;
  void do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) override;
  void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) override;
  void do_lrn_within(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) override;
  void do_lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, Windows out_at,
                              DeviceTensor& gx) override;

  void do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) override;
  void do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) override;
  void do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) override;
  void do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) override;
  void do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                              DeviceTensor& g) override;
  void do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) override;
  void do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                         DeviceTensor& gx) override;

  void do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                  DeviceTensor& y) override;
  void do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) override;
  void do_put(std::span<const Point> points, DeviceTensor& x) override;
  void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) override;
  void do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) override;

  [[nodiscard]] Training* own_training() override { return this; }
  void do_dropout(float p, std::uint64_t seed, std::uint32_t first, DeviceTensor& x) override;
  void do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) override;
  void do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                               DeviceTensor& bias) override;
  void do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) override;
  void do_limit_rms(float limit, DeviceTensor& weight) override;
};

}  // namespace zf::reference
