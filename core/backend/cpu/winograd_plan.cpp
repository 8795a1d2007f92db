#include "core/backend/cpu/winograd_plan.h"

#include <algorithm>
#include <utility>

namespace zf::cpu {

WinogradAxis winograd_axis(int kernel, int stride) {
  WinogradAxis axis;
  axis.in_step = stride;
  axis.last = kernel - 1;
  for (int phase = 0; phase < std::min(stride, kernel); ++phase) {
    int left = (kernel - phase + stride - 1) / stride;
    for (int tap = phase; left > 0;) {
      // Four taps are cheaper as 2 + 2 (5 + 5 points) than as 3 + 1 (6 + 5).
      const int taps = left == 4 ? 2 : std::min(left, 3);
      WinogradPart part{static_cast<int>(axis.offsets.size()), 0, {-1, -1, -1}};
      for (int j = 0; j < taps; ++j) part.taps[j] = tap + j * stride;
      axis.offsets.push_back(tap);
      axis.parts.push_back(part);
      tap += taps * stride;
      left -= taps;
    }
  }
  // Ascending offsets, so that the extent is the last minus the first.
  std::sort(axis.offsets.begin(), axis.offsets.end());
  for (WinogradPart& part : axis.parts) {
    part.input = static_cast<int>(std::lower_bound(axis.offsets.begin(), axis.offsets.end(), part.taps[0]) - axis.offsets.begin());
  }
  return axis;
}

WinogradAxis winograd_transposed_axis(int kernel, int stride) {
  // Output z of phase q is the sum over t of signal z - t times tap q + stride * t. All phases share the transformed signals:
  // block h of three reads z - 3h - 2, z - 3h - 1, z - 3h.
  WinogradAxis axis;
  axis.out_step = stride;
  const int most = (kernel + stride - 1) / stride;
  const int blocks = (most + 2) / 3;
  axis.first = -(most - 1);
  for (int h = blocks - 1; h >= 0; --h) {
    for (int phase = 0; phase < stride; ++phase) {
      WinogradPart part{static_cast<int>(axis.offsets.size()), phase, {-1, -1, -1}};
      for (int j = 0; j < 3; ++j) {
        const int tap = phase + stride * (3 * h + 2 - j);
        if (tap < kernel) part.taps[j] = tap;
      }
      if (part.taps[2] >= 0) axis.parts.push_back(part);
    }
    axis.offsets.push_back(-3 * h - 2);
  }
  return axis;
}

WinogradPlan::WinogradPlan(WinogradAxis&& y, WinogradAxis&& x) : y_(std::move(y)), x_(std::move(x)) {
  slot_.assign(static_cast<std::size_t>(kPoints) * offsets_y() * offsets_x(), -1);
  terms_.resize(static_cast<std::size_t>(kPoints) * phases());
  first_term_.assign(terms_.size() + 1, 0);
  for (int point = 0; point < kPoints; ++point) {
    first_slot_[point + 1] = first_slot_[point];
    find_slots(point);
    for (int phase = 0; phase < phases(); ++phase) find_terms(point, phase);
  }
}

void WinogradPlan::find_slots(int point) {
  const auto needed = [](const WinogradAxis& axis, int input, int at) {
    return std::any_of(axis.parts.begin(), axis.parts.end(), [&](const WinogradPart& p) { return p.input == input && p.active(at); });
  };
  for (int oy = 0; oy < offsets_y(); ++oy) {
    for (int ox = 0; ox < offsets_x(); ++ox) {
      if (needed(y_, oy, point / kWinogradPoints) && needed(x_, ox, point % kWinogradPoints)) {
        slot_[(point * offsets_y() + oy) * offsets_x() + ox] = first_slot_[point + 1]++;
      }
    }
  }
}

void WinogradPlan::find_terms(int point, int phase) {
  const std::size_t index = static_cast<std::size_t>(point) * phases() + phase;
  std::vector<WinogradTerm>& terms = terms_[index];
  for (const WinogradPart& part_y : y_.parts) {
    for (const WinogradPart& part_x : x_.parts) {
      if (part_y.phase * x_.out_step + part_x.phase != phase) continue;
      if (!part_y.active(point / kWinogradPoints) || !part_x.active(point % kWinogradPoints)) continue;
      terms.push_back({slot(point, part_y.input, part_x.input) - first_slot_[point], &part_y, &part_x});
    }
  }
  std::sort(terms.begin(), terms.end(), [](const WinogradTerm& a, const WinogradTerm& b) { return a.slot < b.slot; });
  first_term_[index + 1] = first_term_[index] + static_cast<int>(terms.size());
}

}  // namespace zf::cpu
