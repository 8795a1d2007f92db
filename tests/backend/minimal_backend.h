#pragma once

#include <memory>

#include "core/backend/reference.h"

namespace zf::testing {

/// A backend that has nothing but what every backend must have, so that all else runs as Backend's defaults do it.
class MinimalBackend final : public reference::ReferenceBackend {
 public:
  [[nodiscard]] std::string description() const override { return "minimal"; }

 protected:
  [[nodiscard]] Training* own_training() override { return nullptr; }

  void do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) override {
    Backend::do_lrn_backward(x, spec, g, g_at, gx);
  }
  void do_lrn_within(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) override { Backend::do_lrn_within(x, spec, y); }
  void do_lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, Windows out_at,
                              DeviceTensor& gx) override {
    Backend::do_lrn_within_backward(x, spec, g, g_at, out_at, gx);
  }
  void do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) override {
    Backend::do_linear_differences(x, at, filters, y);
  }
  void do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) override { Backend::do_add(a, b, relu, y); }
  void do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) override { Backend::do_multiply(a, b, y); }
  void do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) override {
    Backend::do_copy_maps(from, first, count, to, to_first);
  }
  void do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) override {
    Backend::do_activate(x, f, slopes, y);
  }
  void do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                              DeviceTensor& g) override {
    Backend::do_activation_backward(rule, f, slopes, x, g_at, g);
  }
  void do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) override {
    Backend::do_average_pool(x, spec, y);
  }
  void do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                         DeviceTensor& gx) override {
    Backend::do_average_unpool(g, g_at, spec, plane, out_at, gx);
  }
  void do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                  DeviceTensor& y) override {
    Backend::do_windows(x, at, overlay, changed, changed_at, y);
  }
  void do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) override {
    Backend::do_cover(x, at, square, squares, y);
  }
  void do_put(std::span<const Point> points, DeviceTensor& x) override { Backend::do_put(points, x); }
  void do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) override {
    Backend::do_channel_max(x, values, places);
  }
  void do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) override { Backend::do_channel_sum(x, sums); }
};

}  // namespace zf::testing
