#pragma once

#include "core/backend/cpu/context.h"
#include "core/backend/cpu/conv_end.h"
#include "core/backend/cpu/host_backend.h"

namespace zf::cpu {

/// The CPU backend: each file beside this one implements a few of its operations. Every element is computed by one thread in a fixed
/// order, so results do not depend on the number of threads.
class CpuBackend final : public HostBackend, public Training {
 public:
  explicit CpuBackend(int threads) : Training(static_cast<Backend&>(*this)), context_(threads) {}

  [[nodiscard]] std::string description() const override;

 protected:
  [[nodiscard]] std::shared_ptr<Storage> share(const StoredWeights& host) override;
  void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) override;
  void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) override;
  void do_conv_cut(const DeviceTensor& x, const Filters& filters, int pad, float ceiling, DeviceTensor& y) override;
  void do_conv_add(const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& added, bool relu, DeviceTensor& y) override;
  void do_conv_into(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y, int first) override;
  void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) override;
  void do_relu(const DeviceTensor& x, DeviceTensor& y) override;
  void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) override;
  void do_maxima(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y) override;
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

 private:
  void convolve(const DeviceTensor& x, const Filters& filters, int pad, Size out, const ConvEnd& end);

  Context context_;
};

}  // namespace zf::cpu
