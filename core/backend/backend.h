#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/backend/device_buffer.h"
#include "core/backend/readback.h"
#include "core/backend/specs.h"
#include "core/backend/training.h"
#include "core/tensor/stored_weights.h"
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
  /// The backend that packed them.
  [[nodiscard]] const Backend* backend() const { return backend_; }

 private:
  friend class Backend;
  ConvSpec spec_;
  int channels_;
  const Backend* backend_ = nullptr;
};

/// The compute seam: every operation that a network and its deconvnet need, over float32 NCHW tensors; what training needs besides
/// is in Training.
///
/// The public functions check (throwing Error "[op] expected ..., found ..."), give the outputs their shape, reusing their memory,
/// and call the protected ones, which a backend implements and may assume checked arguments.
///
/// Rules. A backend, its tensors and its filters belong to one thread at a time; storage may be let go of on any. Operations happen
/// in the order of the calls, but may still be under way when a call returns: only Readback::take, download and the destructor wait.
/// What a span or a reference to host memory holds is copied before the call returns. An output shares no memory with an input
/// unless the function says "in place". Tensors and filters of another backend are an error. Lengths are in elements, places in
/// rows and columns of the full map.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend();

  /// What runs, for people: "cpu, AVX2, 2 threads".
  [[nodiscard]] virtual std::string description() const = 0;
  /// Whether training() is there.
  [[nodiscard]] bool trains() { return own_training() != nullptr; }
  /// The operations that training needs. Throws where this backend has none.
  [[nodiscard]] Training& training();

  // Memory

  /// Gives `tensor` the shape; its values are unspecified. Allocates only where the memory it has is too small.
  void resize(DeviceTensor& tensor, const Shape& shape);
  void resize(DeviceSwitches& switches, const Shape& shape);
  void upload(const Tensor& host, DeviceTensor& device);
  /// Gives the host's memory to the device where both are one.
  [[nodiscard]] DeviceTensor upload(Tensor&& host);
  /// Weights for pack() and read(): as they are stored, without a copy, where this backend computes with them so, else as float32.
  [[nodiscard]] DeviceTensor upload(const StoredWeights& host);
  /// Such weights as float32, for other operations.
  [[nodiscard]] DeviceTensor widened(const DeviceTensor& weights);
  /// tensor (N, ...), in place: sets `items` items from item `first` on; all by default.
  void fill(DeviceTensor& tensor, float value, int first = 0, int items = -1);
  /// from (n, C, H, W), to (N, C, H, W), in place: from's items become those of `to` from item `first` on.
  void copy(const DeviceTensor& from, DeviceTensor& to, int first);
  /// The same memory under another shape of the same size.
  [[nodiscard]] static DeviceTensor view(const DeviceTensor& tensor, const Shape& shape);
  /// Starts reading `items` items from item `first` on; all by default.
  [[nodiscard]] Readback read(const DeviceTensor& tensor, int first = 0, int items = -1);
  [[nodiscard]] Readback read(const DeviceSwitches& switches);
  /// Reads and waits.
  [[nodiscard]] Tensor download(const DeviceTensor& tensor, int first = 0, int items = -1);
  [[nodiscard]] std::vector<std::uint32_t> download(const DeviceSwitches& switches);

  // Forward

  /// weight (maps, channels/groups, kernel_h, kernel_w), bias (1, maps, 1, 1) -> filters, for conv and conv_transpose. Existing
  /// filters of the same sizes are overwritten. Fully connected filters may share the weight's memory.
  void pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters);
  /// x (N, channels, H, W) -> y (N, maps, h, w) = x * filters + bias, then rectified. `pad` is the filters' own, or 0 on a batch of
  /// windows that bring their surroundings with them.
  void conv(const DeviceTensor& x, const Filters& filters, int pad, Rectifier relu, DeviceTensor& y);
  /// The same, with `added` (N, maps, h, w) before it is rectified: where branches meet.
  void conv_add(const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& added, bool relu, DeviceTensor& y);
  /// The same as conv, which becomes maps [first, first + maps) of each item of y (N, C, h, w), in place: where branches are joined.
  void conv_into(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y, int first);
  /// x (N, channels, H, W) -> y (N, maps, h, w) = x * filters, without bias, of windows of differences, around which nothing differs:
  /// padded by extent - stride, so that all outputs that read one are there. Kernels must be square and cover at least the stride.
  void conv_differences(const DeviceTensor& x, const Filters& filters, DeviceTensor& y);
  /// x (N, C, h, w), all items at `at` of a map that the kernel covers -> y (N, maps, 1, 1) = x * filters, without bias, of differences
  /// around which nothing differs.
  void linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y);
  /// x -> y of the same shape.
  void relu(const DeviceTensor& x, DeviceTensor& y);
  /// x (N, C, H, W) -> y, switches (N, C, h, w). Switches are flat indices into the input plane; of equal maxima the first in
  /// row-major order holds.
  void max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches);
  /// The same without switches.
  void maxima(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y);
  /// x -> y of the same shape.
  void lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y);
  /// x (N, C, H, W) -> y of the same shape, over the maps of each item and place.
  void softmax(const DeviceTensor& x, DeviceTensor& y);

  // Backward. A signal may cover windows of the full maps: `g_at` says where g's items lie, `out_at` where the output's do,
  // one of each an item. Windows may hang over the map; where nothing else is said the result is 0 there.

  /// g (N, maps, h, w) at g_at -> gx (N, channels, out.h, out.w) at out_at: the transpose of conv without its bias. What falls outside
  /// the output's windows is dropped. It knows no edges of the map: what of gx lies in the padding gets the padding's share, and what
  /// of g lies outside the map must be 0. Section 2.1, "filtering".
  void conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Size out, Windows out_at, DeviceTensor& gx);
  /// g (N, C, h, w) at g_at, switches of the whole maps, whose pooled plane is `plane` -> gx (N, C, out.h, out.w) at out_at: each value
  /// of g where its switch points, 0 elsewhere; values that meet add up. What of g lies outside the map is ignored. Section 2.1,
  /// "unpooling".
  void unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Size out,
              Windows out_at, DeviceTensor& gx);
  /// y (images, C, H, W), the ReLU's output on the whole maps (positive exactly where its input is); g (N, C, h, w) at g_at, in place.
  /// Rule::kDeconvnet ignores y.
  void relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g);
  /// x (images, C, H, W), g (N, C, h, w) at g_at -> gx (N, C, h, w) at g_at: the derivative of lrn across maps at its input x.
  void lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx);
  /// x (images, C, H, W), g (N, C, h, w) at g_at -> gx (N, C, out.h, out.w) at out_at: the derivative of lrn within maps, where a signal
  /// spreads to the places around. What of g lies outside the map is ignored.
  void lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, Size out, Windows out_at,
                           DeviceTensor& gx);

  // Branches and other non-linearities, forward and backward.

  /// a, b (N, C, H, W) -> y (N, C, H, W) = a + b, then max(0, y) where `relu`.
  void add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y);
  /// a (N, C, H, W), b (N, C, H, W) or (N, C, 1, 1), a factor a map -> y (N, C, H, W) = a * b, elementwise.
  void multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y);
  /// from (N, c, H, W), to (N, C, H, W), in place: maps [first, first + count) of each item become those of `to` from map to_first on.
  void copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first);
  /// x (N, C, H, W), slopes (1, C, 1, 1) or null -> y (N, C, H, W) = f(x). Slopes are kLeakyRelu's, one a map, in place of f.slope.
  void activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y);
  /// x (images, C, H, W), f's input on the whole maps; slopes (1, C, 1, 1) or null; g (N, C, h, w) at g_at, in place. Where f rectifies,
  /// Rule::kDeconvnet rectifies g, to max(0, g) of kClip and f(g) of kLeakyRelu, and ignores x; kGradient multiplies g by f'(x); kGuided
  /// does both. f' is 1 strictly between low and high or above 0, else 0 or the slope. Where f is smooth, every rule multiplies by f'(x).
  void activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                           DeviceTensor& g);
  /// x (N, C, H, W) -> y (N, C, h, w).
  void average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y);
  /// g (N, C, h, w) at g_at of the pooled maps of a plane of `plane` -> gx (N, C, out.h, out.w) at out_at: the transpose of average_pool.
  /// Each value is shared equally among what it was the mean of; 0 outside of the plane. What of g lies outside the map is ignored.
  void average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Size out, Windows out_at,
                      DeviceTensor& gx);

  // Windows, changes and probes. Item k of y is the window at[k] of x (images, C, H, W).

  /// x -> y (K, C, size.h, size.w), `outside` where a window hangs over the map, overlaid with what lies inside the map of item k of
  /// `changed` (K, C, h, w) at changed_at[k]. `changed` may be null.
  void gather_windows(const DeviceTensor& x, Windows at, Size size, float outside, const DeviceTensor* changed, Windows changed_at,
                      DeviceTensor& y);
  /// x, changed (K, C, h, w) at changed_at -> y (K, C, size.h, size.w): by how much `changed` differs from x; 0 where there is no change,
  /// or no map.
  void window_differences(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& changed, Windows changed_at, DeviceTensor& y);
  /// x, differences (K, C, h, w) at differences_at -> y (K, C, size.h, size.w): the way back, x plus the differences, then max(0, y)
  /// where `relu`; 0 where there is no map.
  void window_sums(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& differences, Windows differences_at, bool relu,
                   DeviceTensor& y);
  /// x -> y (K, C, size.h, size.w): x with a square laid over it whose top-left corner is squares[k]; 0 where there is no map. Fig. 7.
  void cover(const DeviceTensor& x, Windows at, Size size, const Square& square, Windows squares, DeviceTensor& y);
  /// x, in place: each point's element gets its value. Of several of one element any may hold.
  void put(std::span<const Point> points, DeviceTensor& x);
  /// x (N, C, H, W) -> values, places (N, C, 1, 1): the maximum of each map and its flat place, the first of equals.
  void channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places);
  /// x (N, C, H, W) -> sums (N, C, 1, 1): of each map's values.
  void channel_sum(const DeviceTensor& x, DeviceTensor& sums);

 protected:
  // What every backend must have: memory, networks and their deconvnet.

  [[nodiscard]] virtual std::shared_ptr<Storage> allocate(std::size_t bytes) = 0;
  /// From the host to byte `at` of `to`.
  virtual void do_upload(std::span<const std::byte> from, Storage& to, std::size_t at) = 0;
  virtual void do_copy(const Storage& from, std::size_t from_at, Storage& to, std::size_t to_at, std::size_t bytes) = 0;
  /// `count` floats from element `first` on.
  virtual void do_fill(Storage& to, std::size_t first, std::size_t count, float value) = 0;
  [[nodiscard]] virtual std::unique_ptr<Transfer> do_read(const Storage& from, std::size_t at, std::size_t bytes) = 0;

  /// Gives new filters or overwrites those of the same spec and channels.
  virtual void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) = 0;
  /// What becomes of a convolution's sums.
  enum class Finish : std::uint8_t { kNothing, kBias, kBiasAndRelu };
  virtual void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) = 0;
  virtual void do_relu(const DeviceTensor& x, DeviceTensor& y) = 0;
  virtual void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) = 0;
  virtual void do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) = 0;
  virtual void do_softmax(const DeviceTensor& x, DeviceTensor& y) = 0;
  virtual void do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) = 0;
  virtual void do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane,
                         Windows out_at, DeviceTensor& gx) = 0;
  virtual void do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) = 0;

  // What has a default, slow but right, so that every experiment runs as soon as the above does: on the host (by_host.h), or
  // made of the operations above. First what networks need, then branches and other non-linearities, then windows and probes.

  /// Takes over the host's memory, or returns null where that cannot be.
  [[nodiscard]] virtual std::shared_ptr<Storage> adopt(AlignedBuffer&& host);
  /// Shares memory of weights as they are stored, or returns null where that cannot be.
  [[nodiscard]] virtual std::shared_ptr<Storage> share(const StoredWeights& host);
  virtual void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx);
  virtual void do_lrn_within(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y);
  virtual void do_lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, Windows out_at,
                                      DeviceTensor& gx);
  virtual void do_conv_cut(const DeviceTensor& x, const Filters& filters, int pad, float ceiling, DeviceTensor& y);
  virtual void do_conv_add(const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& added, bool relu, DeviceTensor& y);
  virtual void do_conv_into(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y, int first);
  virtual void do_maxima(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y);
  virtual void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y);

  virtual void do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y);
  virtual void do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y);
  virtual void do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first);
  virtual void do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y);
  virtual void do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                                      DeviceTensor& g);
  virtual void do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y);
  virtual void do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                                 DeviceTensor& gx);

  virtual void do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                          DeviceTensor& y);
  virtual void do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y);
  virtual void do_put(std::span<const Point> points, DeviceTensor& x);
  virtual void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places);
  virtual void do_channel_sum(const DeviceTensor& x, DeviceTensor& sums);

  /// This backend as one that trains, or null.
  [[nodiscard]] virtual Training* own_training() { return nullptr; }

 private:
  friend class Training;
  class ByHost;
  template <typename Element>
  void ensure(DeviceBuffer<Element>& buffer, const Shape& shape);
  template <typename Element>
  void expect_own(const char* op, const char* what, const DeviceBuffer<Element>& buffer) const;
  template <typename Element>
  void expect_own_as_stored(const char* op, const char* what, const DeviceBuffer<Element>& buffer) const;
  void expect_own(const char* op, const Filters& filters) const;
  Shape conv_output(const char* op, const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& y) const;
  void overlay(const char* op, const DeviceTensor& x, Windows at, Size size, const Overlay& overlay, const DeviceTensor* changed,
               Windows changed_at, DeviceTensor& y);

  std::unique_ptr<Backend> host_;  ///< what defaults run on; made on first use
};

/// The naive backend: one thread, double accumulation, straight from the definitions. The oracle of the others.
[[nodiscard]] std::unique_ptr<Backend> make_reference_backend();

/// The CPU backend. `threads` 0 means all cores.
[[nodiscard]] std::unique_ptr<Backend> make_cpu_backend(int threads = 0);

}  // namespace zf
