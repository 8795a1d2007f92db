#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/backend/device_buffer.h"
#include "core/backend/specs.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A convolution's weights and biases in the order that a backend's kernels read.
class Filters {
 public:
  Filters(const ConvSpec& spec, int channels) : spec_(spec), channels_(channels) {}
  Filters(const Filters&) = delete;
  Filters& operator=(const Filters&) = delete;
  virtual ~Filters() = default;

  [[nodiscard]] const ConvSpec& spec() const { return spec_; }
  /// Maps of the convolution's input.
  [[nodiscard]] int channels() const { return channels_; }

 private:
  ConvSpec spec_;
  int channels_;
};

/// A transfer to the host under way, so that nobody has to block.
class Readback {
 public:
  Readback() = default;
  Readback(const Readback&) = delete;
  Readback& operator=(const Readback&) = delete;
  virtual ~Readback() = default;
  [[nodiscard]] virtual bool ready() = 0;
  /// The values; waits where they are not ready. Call once.
  [[nodiscard]] virtual Tensor take() = 0;
};

/// The compute seam: every operation that a network, its deconvnet and its training need, over float32 NCHW tensors.
///
/// The public functions check shapes (throwing Error "[op] expected ..., found ..."), give the outputs their shape, reusing
/// their memory, and call the protected ones, which a backend implements and may assume checked arguments. An output must
/// not be an input unless the function says "in place".
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  /// What runs, for people: "cpu, AVX2, 2 threads".
  [[nodiscard]] virtual std::string description() const = 0;

  // Memory

  /// Gives `tensor` the shape; its values are unspecified. Allocates only where the memory it has is too small.
  void resize(DeviceTensor& tensor, const Shape& shape);
  void resize(DeviceSwitches& switches, const Shape& shape);
  void upload(const Tensor& host, DeviceTensor& device);
  /// Gives the host's memory to the device where both are one.
  [[nodiscard]] DeviceTensor upload(Tensor&& host);
  void fill(DeviceTensor& tensor, float value);
  /// The same memory under another shape of the same size.
  [[nodiscard]] static DeviceTensor view(const DeviceTensor& tensor, const Shape& shape);
  /// Starts reading `items` items from item `first` on; all by default.
  [[nodiscard]] std::unique_ptr<Readback> read(const DeviceTensor& tensor, int first = 0, int items = -1);
  /// Reads and waits.
  [[nodiscard]] Tensor download(const DeviceTensor& tensor, int first = 0, int items = -1);
  [[nodiscard]] std::vector<std::uint32_t> download(const DeviceSwitches& switches);

  // Forward

  /// Prepares weight (maps, channels/groups, kernel_h, kernel_w) and bias (1, maps, 1, 1) for conv and conv_transpose.
  /// An existing `filters` of the same sizes is overwritten. Fully connected filters may share the weight's memory.
  void pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters);
  /// y = x * filters + bias, then max(0, y) where `relu`. `pad` is the filters' own, or 0 on a batch of windows that bring their
  /// surroundings with them.
  void conv(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y);
  /// y = x * filters, without bias, of windows of differences, around which nothing differs: padded by kernel - stride, so that all
  /// outputs that read one are there. Kernels must be square and not smaller than the stride.
  void conv_differences(const DeviceTensor& x, const Filters& filters, DeviceTensor& y);
  /// y (N, maps, 1, 1) = x * filters, without bias, where the kernel covers the map, of differences x (N, C, h, w) that all lie at `at`
  /// within the map, around which nothing differs.
  void linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y);
  void relu(const DeviceTensor& x, DeviceTensor& y);
  /// Switches are flat indices into the input plane; of equal maxima the first in row-major order holds.
  void max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches);
  void lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y);
  /// Over the maps of each item and place.
  void softmax(const DeviceTensor& x, DeviceTensor& y);

  // Backward. A signal may cover windows of the full maps: `g_at` says where g's items lie, `out_at` where the output's do,
  // one of each an item. Windows may hang over the map; where nothing else is said the result is 0 there.

  /// The transpose of conv without its bias: from g (N, maps, h, w) to gx (N, channels, out). What falls outside the output's
  /// windows is dropped. It knows no edges of the map: what of gx lies in the padding gets the padding's share, and what of g
  /// lies outside the map must be 0. Section 2.1, "filtering".
  void conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Size out, Windows out_at, DeviceTensor& gx);
  /// Puts each value of g back where its switch points, and 0 elsewhere; values that meet add up. `switches` are those of the
  /// whole map, `plane` is the size of the pooled map's input. What of g lies outside the map is ignored. Section 2.1,
  /// "unpooling".
  void unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Size out,
              Windows out_at, DeviceTensor& gx);
  /// In place. `y` is the ReLU's output on the whole map (positive exactly where its input is); Rule::kDeconvnet ignores it.
  void relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g);
  /// The derivative of lrn at its input x (whole map).
  void lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx);

  // Windows and probes

  /// Item k of y (h x w = size) is the window at[k] of x's image, `outside` where it hangs over the map, overlaid with what
  /// lies inside the map of item k of `changed` at changed_at[k]. `changed` may be null.
  void gather_windows(const DeviceTensor& x, Windows at, Size size, float outside, const DeviceTensor* changed, Windows changed_at,
                      DeviceTensor& y);
  /// Item k of y (h x w = size) is by how much item k of `changed`, which lies at changed_at[k], differs from x's image in the window
  /// at[k]; 0 where there is no change, or no map.
  void window_differences(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& changed, Windows changed_at, DeviceTensor& y);
  /// The way back: item k of y (h x w = size) is the window at[k] of x's image plus item k of `differences`, which lies at
  /// differences_at[k], then max(0, y) where `relu`; 0 where there is no map.
  void window_sums(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& differences, Windows differences_at, bool relu,
                   DeviceTensor& y);
  /// The maximum of each map (N, C, 1, 1) and its flat place, the first of equals.
  void channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places);

  // Training

  /// In place: zeroes each element with probability p and scales the others by 1/(1-p). The same seed gives the same mask
  /// (dropout_mask.h), so that the backward pass is the same call on the gradient.
  void dropout(float p, std::uint64_t seed, DeviceTensor& x);
  /// loss (N, 1, 1, 1) = -log softmax(logits)[label]; g = (softmax - one_hot) / N.
  void cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g);
  /// Gradients of weight and bias, summed over the batch, for input x and output signal g.
  void conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight, DeviceTensor& bias);
  void sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight);
  /// Scales every filter (item of `weight`) whose root mean square exceeds `limit` back to it. Section 3.
  void limit_rms(float limit, DeviceTensor& weight);

 protected:
  [[nodiscard]] virtual std::shared_ptr<Storage> allocate(std::size_t bytes) = 0;
  virtual void do_upload(const Tensor& host, DeviceTensor& device) = 0;
  /// Takes over the host's memory, or returns null where that cannot be.
  [[nodiscard]] virtual std::shared_ptr<Storage> adopt(AlignedBuffer&& host) = 0;
  virtual void do_fill(DeviceTensor& tensor, float value) = 0;
  [[nodiscard]] virtual std::unique_ptr<Readback> do_read(const DeviceTensor& tensor, int first, int items) = 0;
  [[nodiscard]] virtual std::vector<std::uint32_t> do_download(const DeviceSwitches& switches) = 0;

  virtual void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) = 0;
  /// What becomes of a convolution's sums.
  enum class Finish : std::uint8_t { kNothing, kBias, kBiasAndRelu };
  virtual void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) = 0;
  virtual void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) = 0;
  virtual void do_relu(const DeviceTensor& x, DeviceTensor& y) = 0;
  virtual void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) = 0;
  virtual void do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) = 0;
  virtual void do_softmax(const DeviceTensor& x, DeviceTensor& y) = 0;

  virtual void do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) = 0;
  virtual void do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane,
                         Windows out_at, DeviceTensor& gx) = 0;
  virtual void do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) = 0;
  virtual void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) = 0;

  virtual void do_gather_windows(const DeviceTensor& x, Windows at, float outside, const DeviceTensor* changed, Windows changed_at,
                                 DeviceTensor& y) = 0;
  virtual void do_window_differences(const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at,
                                     DeviceTensor& y) = 0;
  virtual void do_window_sums(const DeviceTensor& x, Windows at, const DeviceTensor& differences, Windows differences_at, bool relu,
                              DeviceTensor& y) = 0;
  virtual void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) = 0;

  virtual void do_dropout(float p, std::uint64_t seed, DeviceTensor& x) = 0;
  virtual void do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) = 0;
  virtual void do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                                       DeviceTensor& bias) = 0;
  virtual void do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) = 0;
  virtual void do_limit_rms(float limit, DeviceTensor& weight) = 0;

 private:
  template <typename Element>
  void ensure(DeviceBuffer<Element>& buffer, const Shape& shape);
};

/// The naive backend: one thread, double accumulation, straight from the definitions. The oracle of the others.
[[nodiscard]] std::unique_ptr<Backend> make_reference_backend();

/// The CPU backend. `threads` 0 means all cores.
[[nodiscard]] std::unique_ptr<Backend> make_cpu_backend(int threads = 0);

}  // namespace zf
