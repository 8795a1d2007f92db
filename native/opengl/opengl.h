#pragma once

#include "native/opengl/device.h"
#include "native/opengl/opengl_backend.h"
#include "native/opengl/parts.h"

namespace zf::opengl {

/// The backend. Its operations are in opengl_*.cpp, a file a family, beside the shaders of shaders/.
class OpenGlBackend final : public Backend {
 public:
  explicit OpenGlBackend(const OpenGlOptions& options) : device_(std::make_shared<Device>(options)) {}
  [[nodiscard]] std::string description() const override;
  [[nodiscard]] Device& device() { return *device_; }

 protected:
  // opengl_memory.cpp
  [[nodiscard]] std::shared_ptr<Storage> allocate(std::size_t bytes) override;
  void do_upload(std::span<const std::byte> from, Storage& to, std::size_t at) override;
  void do_copy(const Storage& from, std::size_t from_at, Storage& to, std::size_t to_at, std::size_t bytes) override;
  void do_fill(Storage& to, std::size_t first, std::size_t count, float value) override;
  [[nodiscard]] std::unique_ptr<Transfer> do_read(const Storage& from, std::size_t at, std::size_t bytes) override;
  void do_put(std::span<const Point> points, DeviceTensor& x) override;

  // opengl_conv.cpp, opengl_depthwise.cpp, opengl_linear.cpp
  void do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) override;
  void do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) override;
  void do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) override;
  void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) override;

  // opengl_maps.cpp
  void do_relu(const DeviceTensor& x, DeviceTensor& y) override;
  void do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) override;
  void do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) override;
  void do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Windows out_at,
                 DeviceTensor& gx) override;
  void do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) override;
  void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) override;
  void do_softmax(const DeviceTensor& x, DeviceTensor& y) override;

  // opengl_branches.cpp
  void do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) override;
  void do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) override;
  void do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) override;
  void do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) override;
  void do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                              DeviceTensor& g) override;
  void do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) override;
  void do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                         DeviceTensor& gx) override;

  // opengl_windows.cpp
  void do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                  DeviceTensor& y) override;
  void do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) override;
  void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) override;
  void do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) override;

 private:
  /// x (N, C, H, W) -> (N, groups * quads, H, W) of vectors of 4 channels.
  [[nodiscard]] DeviceTensor interleave(const DeviceTensor& x, int groups);
  /// Convolutions in which each map of the input has filters of its own.
  void depthwise(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y);
  void depthwise_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx);
  /// A fully connected layer, of the whole map or a window of it.
  void linear(const DeviceTensor& x, Window at, const Filters& filters, Finish finish, DeviceTensor& y);
  /// g = max(0, g)
  void rectify(DeviceTensor& g);
  void linear_transpose(const DeviceTensor& g, const Filters& filters, DeviceTensor& gx);
  /// x (N, C, H, W) -> sums (N, C, 1, 1), times `factor`.
  void sum_maps(const DeviceTensor& x, float factor, DeviceTensor& sums);
  /// Values that a kernel reads besides tensors.
  template <typename Element>
  [[nodiscard]] std::shared_ptr<Storage> list(std::span<const Element> elements);
  /// The windows of `items` items, two each, as kernels read them; item k's own image where there are none.
  [[nodiscard]] std::shared_ptr<Storage> window_list(int items, Windows first, Windows second = {});

  std::shared_ptr<Device> device_;
};

template <typename Element>
std::shared_ptr<Storage> OpenGlBackend::list(std::span<const Element> elements) {
  std::shared_ptr<Storage> storage = allocate(elements.size_bytes());
  do_upload(std::as_bytes(elements), *storage, 0);
  return storage;
}

}  // namespace zf::opengl
