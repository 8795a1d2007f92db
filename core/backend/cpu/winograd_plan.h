#pragma once

#include <array>
#include <vector>

namespace zf::cpu {

// Winograd's minimal filtering F(4x4, 3x3) for any kernel and stride: every convolution is a sum of parts of at most three taps an
// axis that lie `stride` apart, and a transposed one is the same for each phase of its output. All parts add up in the transformed
// domain, so that an output tile is transformed back once. A part of fewer taps is zero at an end point, which saves its product.

/// Outputs of a tile along an axis, and points (products) that they cost.
inline constexpr int kWinogradOutputs = 4;
inline constexpr int kWinogradPoints = 6;

/// Taps of a part along one axis: indices into the kernel, -1 where there is none.
using WinogradTaps = std::array<int, 3>;

struct WinogradPart {
  int input = 0;  ///< index of the part's first input in WinogradAxis::offsets
  int phase = 0;  ///< of the output
  WinogradTaps taps{};

  [[nodiscard]] bool active(int point) const {
    if (point == 0) return taps[0] >= 0;
    if (point == kWinogradPoints - 1) return taps[2] >= 0;
    return true;
  }
};

/// One axis. Output z of a phase reads the inputs z * in_step + offset + {0, 1, 2} * in_step of each of the phase's parts, and
/// is output z * out_step + phase of the map.
struct WinogradAxis {
  int in_step = 1;
  int out_step = 1;
  std::vector<int> offsets;
  std::vector<WinogradPart> parts;
  int first = 0;  ///< the first and the last input, relative to z * in_step, that a tap reads
  int last = 0;

  /// From the first row of a tile's inputs to its last.
  [[nodiscard]] int extent() const { return (kWinogradPoints - 1) * in_step + offsets.back() - offsets.front() + 1; }
};

[[nodiscard]] WinogradAxis winograd_axis(int kernel, int stride);
[[nodiscard]] WinogradAxis winograd_transposed_axis(int kernel, int stride);

/// The products of one point and output phase: a matrix product whose K runs over these parts times the input maps.
struct WinogradTerm {
  int slot;  ///< of the transformed input, within its point
  const WinogradPart* y;
  const WinogradPart* x;
};

/// Both axes: which transformed inputs ("slots") each of the 36 points has, and which of them each output phase sums.
class WinogradPlan {
 public:
  static constexpr int kPoints = kWinogradPoints * kWinogradPoints;

  WinogradPlan(WinogradAxis&& y, WinogradAxis&& x);
  WinogradPlan(const WinogradPlan&) = delete;
  WinogradPlan& operator=(const WinogradPlan&) = delete;

  [[nodiscard]] const WinogradAxis& y() const { return y_; }
  [[nodiscard]] const WinogradAxis& x() const { return x_; }
  [[nodiscard]] int phases() const { return y_.out_step * x_.out_step; }
  /// Slots of all points, and those before `point`.
  [[nodiscard]] int slots() const { return first_slot_[kPoints]; }
  [[nodiscard]] int first_slot(int point) const { return first_slot_[point]; }
  /// The slot of inputs (oy, ox) among all slots, or -1 where no part needs it at this point.
  [[nodiscard]] int slot(int point, int oy, int ox) const { return slot_[(point * offsets_y() + oy) * offsets_x() + ox]; }
  [[nodiscard]] const std::vector<WinogradTerm>& terms(int point, int phase) const { return terms_[point * phases() + phase]; }
  /// Terms of all points and phases, and those before one of them.
  [[nodiscard]] int terms() const { return first_term_.back(); }
  [[nodiscard]] int first_term(int point, int phase) const { return first_term_[point * phases() + phase]; }

  [[nodiscard]] int offsets_y() const { return static_cast<int>(y_.offsets.size()); }
  [[nodiscard]] int offsets_x() const { return static_cast<int>(x_.offsets.size()); }

 private:
  void find_slots(int point);
  void find_terms(int point, int phase);

  WinogradAxis y_;
  WinogradAxis x_;
  std::array<int, kPoints + 1> first_slot_{};
  std::vector<int> slot_;
  std::vector<std::vector<WinogradTerm>> terms_;
  std::vector<int> first_term_;
};

}  // namespace zf::cpu
