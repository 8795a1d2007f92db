#include "core/backend/reference.h"

#include "core/backend/cpu/host_backend.h"

namespace zf {

namespace {

class ReferenceBackend final : public cpu::HostBackend {
 public:
  [[nodiscard]] std::string description() const override { return "reference, 1 thread"; }

 protected:
  void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) override {
    reference::pack(weight, bias, spec, filters);
  }
  void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) override {
    reference::conv(x, filters, pad, finish != Finish::kNothing, finish == Finish::kBiasAndRelu, y);
  }
  void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) override {
    reference::linear_differences(x, at, filters, y);
  }
  void do_relu(const DeviceTensor& x, DeviceTensor& y) override { reference::relu(x, y); }
  void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) override {
    reference::max_pool(x, spec, y, switches);
  }
  void do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) override { reference::lrn(x, spec, y); }
  void do_softmax(const DeviceTensor& x, DeviceTensor& y) override { reference::softmax(x, y); }

  void do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) override {
    reference::conv_transpose(g, g_at, filters, out_at, gx);
  }
  void do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Windows out_at,
                 DeviceTensor& gx) override {
    reference::unpool(g, g_at, switches, spec, plane, out_at, gx);
  }
  void do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) override {
    reference::relu_backward(rule, y, g_at, g);
  }
  void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) override {
    reference::lrn_backward(x, spec, g, g_at, gx);
  }

  void do_gather_windows(const DeviceTensor& x, Windows at, float outside, const DeviceTensor* changed, Windows changed_at,
                         DeviceTensor& y) override {
    reference::gather_windows(x, at, outside, changed, changed_at, y);
  }
  void do_window_differences(const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at, DeviceTensor& y) override {
    reference::window_differences(x, at, changed, changed_at, y);
  }
  void do_window_sums(const DeviceTensor& x, Windows at, const DeviceTensor& differences, Windows differences_at, bool relu,
                      DeviceTensor& y) override {
    reference::window_sums(x, at, differences, differences_at, relu, y);
  }
  void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) override {
    reference::channel_max(x, values, places);
  }

  void do_dropout(float p, std::uint64_t seed, DeviceTensor& x) override { reference::dropout(p, seed, x); }
  void do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) override {
    reference::cross_entropy(logits, labels, loss, g);
  }
  void do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                               DeviceTensor& bias) override {
    reference::conv_weight_gradient(x, g, spec, weight, bias);
  }
  void do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) override {
    reference::sgd_step(gradient, spec, velocity, weight);
  }
  void do_limit_rms(float limit, DeviceTensor& weight) override { reference::limit_rms(limit, weight); }
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend() { return std::make_unique<ReferenceBackend>(); }

}  // namespace zf
