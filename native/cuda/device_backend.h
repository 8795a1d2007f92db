#pragma once

#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "native/cuda/device.h"

namespace zf::cuda {

/// The backend on any Device: every operation as launches of kernels and products of matrices. Memory, maps, branches, windows,
/// convolutions and training are a file each.
class DeviceBackend final : public Backend, public Training {
 public:
  DeviceBackend(std::unique_ptr<Device> device, std::string description);

  [[nodiscard]] std::string description() const override { return description_; }
  [[nodiscard]] Device& device() { return *device_; }

 protected:
  [[nodiscard]] Training* own_training() override { return this; }

  [[nodiscard]] std::shared_ptr<Storage> allocate(std::size_t bytes) override;
  void do_upload(std::span<const std::byte> from, Storage& to, std::size_t at) override;
  void do_copy(const Storage& from, std::size_t from_at, Storage& to, std::size_t to_at, std::size_t bytes) override;
  void do_fill(Storage& to, std::size_t first, std::size_t count, float value) override;
  [[nodiscard]] std::unique_ptr<Transfer> do_read(const Storage& from, std::size_t at, std::size_t bytes) override;

  void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) override;
  void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) override;
  void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) override;
  void do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) override;

  void do_relu(const DeviceTensor& x, DeviceTensor& y) override;
  void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) override;
  void do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) override;
  void do_softmax(const DeviceTensor& x, DeviceTensor& y) override;
  void do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Windows out_at,
                 DeviceTensor& gx) override;
  void do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) override;
  void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) override;
  void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) override;
  void do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) override;

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

  void do_dropout(float p, std::uint64_t seed, std::uint32_t first, DeviceTensor& x) override;
  void do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) override;
  void do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                               DeviceTensor& bias) override;
  void do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) override;
  void do_limit_rms(float limit, DeviceTensor& weight) override;

 private:
  class DeviceFilters;
  struct Conv;

  void finish_sums(const FinishSums& sums);
  [[nodiscard]] const float* signal_of(const Conv& conv, const DeviceTensor& g, int first, int items);
  /// So many items that a matrix of `item` floats an item stays within the device's workspace.
  [[nodiscard]] int items_at_once(std::size_t item, int items) const;

  /// Windows on the device, until the next call of the same scratch; null for none.
  [[nodiscard]] static const Place* hold(Scratch& scratch, Windows windows);

  std::unique_ptr<Device> device_;
  std::string description_;
  Scratch columns_;   ///< of convolutions
  Scratch products_;  ///< their sums, or signals with items inside
  Scratch places_;    ///< windows of the input or signal
  Scratch others_;    ///< windows of changes or outputs
  Scratch values_;    ///< fills, points, labels
};

}  // namespace zf::cuda
