#include <algorithm>
#include <thread>

#include "core/backend/cpu/conv.h"
#include "core/backend/cpu/host_backend.h"
#include "core/backend/cpu/kernels.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

class CpuBackend final : public cpu::HostBackend {
 public:
  explicit CpuBackend(int threads) : context_(threads) {}

  [[nodiscard]] std::string description() const override {
    const int threads = context_.pool.size();
    return fmt::format("cpu, {}, {} thread{}", cpu::instruction_set(), threads, threads == 1 ? "" : "s");
  }

 protected:
  void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) override {
    cpu::pack(context_, weight, bias, spec, filters);
  }
  void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) override {
    cpu::conv(context_, x, filters, pad, finish != Finish::kNothing, finish == Finish::kBiasAndRelu, y);
  }
  void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) override {
    cpu::linear_differences(context_, x, at, filters, y);
  }
  void do_relu(const DeviceTensor& x, DeviceTensor& y) override { cpu::relu(context_, x, y); }
  void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) override {
    cpu::max_pool(context_, x, spec, y, switches);
  }
  void do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) override { cpu::lrn(context_, x, spec, y); }
  void do_softmax(const DeviceTensor& x, DeviceTensor& y) override { cpu::softmax(context_, x, y); }

  void do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) override {
    cpu::conv_transpose(context_, g, g_at, filters, out_at, gx);
  }
  void do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Windows out_at,
                 DeviceTensor& gx) override {
    cpu::unpool(context_, g, g_at, switches, spec, plane, out_at, gx);
  }
  void do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) override {
    cpu::relu_backward(context_, rule, y, g_at, g);
  }
  void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) override {
    cpu::lrn_backward(context_, x, spec, g, g_at, gx);
  }

  void do_gather_windows(const DeviceTensor& x, Windows at, float outside, const DeviceTensor* changed, Windows changed_at,
                         DeviceTensor& y) override {
    cpu::gather_windows(context_, x, at, outside, changed, changed_at, y);
  }
  void do_window_differences(const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at, DeviceTensor& y) override {
    cpu::window_differences(context_, x, at, changed, changed_at, y);
  }
  void do_window_sums(const DeviceTensor& x, Windows at, const DeviceTensor& differences, Windows differences_at, bool relu,
                      DeviceTensor& y) override {
    cpu::window_sums(context_, x, at, differences, differences_at, relu, y);
  }
  void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) override {
    cpu::channel_max(context_, x, values, places);
  }

  void do_dropout(float p, std::uint64_t seed, DeviceTensor& x) override { cpu::dropout(context_, p, seed, x); }
  void do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) override {
    cpu::cross_entropy(context_, logits, labels, loss, g);
  }
  void do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                               DeviceTensor& bias) override {
    cpu::conv_weight_gradient(context_, x, g, spec, weight, bias);
  }
  void do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) override {
    cpu::sgd_step(context_, gradient, spec, velocity, weight);
  }
  void do_limit_rms(float limit, DeviceTensor& weight) override { cpu::limit_rms(context_, limit, weight); }

 private:
  cpu::Context context_;
};

}  // namespace

std::unique_ptr<Backend> make_cpu_backend(int threads) {
  if (threads < 0) fail("[cpu] expected 0 (all cores) or more threads, found {}", threads);
  if (threads == 0) threads = static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U));
  return std::make_unique<CpuBackend>(threads);
}

}  // namespace zf
