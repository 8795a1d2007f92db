#pragma once

#include "core/backend/cpu/context.h"
#include "core/backend/cpu/gemm.h"
#include "core/backend/cpu/winograd_plan.h"
#include "core/tensor/aligned_buffer.h"

namespace zf::cpu {

/// How a convolution's weights make the rows (outputs) and columns (inputs) of the products; each group has its own.
struct WinogradWeights {
  const float* weight = nullptr;  ///< element (output, input, tap) of a group at output * output_pitch + input * input_pitch + tap
  std::ptrdiff_t output_pitch = 0;
  std::ptrdiff_t input_pitch = 0;
  std::ptrdiff_t group_pitch = 0;
  int kernel_w = 1;
  int taps = 1;
};

/// Filters at Winograd's points, in panels for gemm().
class WinogradFilters {
 public:
  WinogradFilters(WinogradAxis&& y, WinogradAxis&& x, int groups, int outputs, int inputs)
      : plan_(std::move(y), std::move(x)), groups_(groups), outputs_(outputs), inputs_(inputs) {}

  [[nodiscard]] const WinogradPlan& plan() const { return plan_; }
  [[nodiscard]] int groups() const { return groups_; }
  /// Maps of a group.
  [[nodiscard]] int outputs() const { return outputs_; }
  [[nodiscard]] int inputs() const { return inputs_; }

  /// The panels of one product: outputs() rows, terms * inputs() columns.
  [[nodiscard]] const float* panels(int group, int point, int phase) const { return buffer_.as<float>() + at(group, point, phase); }

  [[nodiscard]] bool prepared() const { return valid_; }
  /// Marks the values as outdated.
  void invalidate() { valid_ = false; }
  /// Computes them.
  void prepare(Context& context, const WinogradWeights& weights);

 private:
  [[nodiscard]] std::size_t at(int group, int point, int phase) const;
  void set_panel(const WinogradWeights& weights, int group, int panel, Scratch& scratch);

  WinogradPlan plan_;
  int groups_;
  int outputs_;
  int inputs_;
  AlignedBuffer buffer_;
  bool valid_ = false;
};

}  // namespace zf::cpu
