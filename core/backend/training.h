#pragma once

#include <cstdint>
#include <span>

#include "core/backend/device_buffer.h"
#include "core/backend/specs.h"

namespace zf {

/// The operations that only training needs; a backend that has them derives from this, too (Backend::training). Rules as at Backend.
class Training {
 public:
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;
  virtual ~Training() = default;

  /// x (N, C, H, W), in place: zeroes each element with probability p and scales the others by 1/(1-p). The same seed gives the same
  /// mask (dropout_mask.h), so that the backward pass is the same call on the gradient. Of a batch that several processes share, x holds
  /// the items from `first_item` on, and gets their part of the batch's mask.
  void dropout(float p, std::uint64_t seed, DeviceTensor& x, int first_item = 0);
  /// logits (N, C, 1, 1), a label an item -> loss (N, 1, 1, 1) = -log softmax(logits)[label], g (N, C, 1, 1) = (softmax - one_hot) / N.
  void cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g);
  /// x (N, channels, H, W), g (N, maps, h, w) -> weight (maps, channels/groups, kernel_h, kernel_w), bias (1, maps, 1, 1): the gradients
  /// for input x and output signal g, summed over the batch.
  void conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight, DeviceTensor& bias);
  /// gradient, velocity, weight of one shape; the last two in place.
  void sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight);
  /// weight (maps, ...), in place: scales every filter whose root mean square exceeds `limit` back to it. Section 3.
  void limit_rms(float limit, DeviceTensor& weight);

 protected:
  explicit Training(Backend& backend) : backend_(&backend) {}

  /// `first`: the index of x's first element in the mask.
  virtual void do_dropout(float p, std::uint64_t seed, std::uint32_t first, DeviceTensor& x) = 0;
  virtual void do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) = 0;
  virtual void do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                                       DeviceTensor& bias) = 0;
  virtual void do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) = 0;
  virtual void do_limit_rms(float limit, DeviceTensor& weight) = 0;

 private:
  Backend* backend_;
};

}  // namespace zf
