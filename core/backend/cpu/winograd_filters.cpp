#include "core/backend/cpu/winograd_filters.h"

#include <algorithm>

#include "core/backend/cpu/winograd_transform.h"

namespace zf::cpu {

std::size_t WinogradFilters::at(int group, int point, int phase) const {
  return (static_cast<std::size_t>(group) * plan_.terms() + plan_.first_term(point, phase)) * packed_size(outputs_, inputs_);
}

void WinogradFilters::prepare(Context& context, const WinogradWeights& weights) {
  valid_ = true;
  const std::size_t floats = static_cast<std::size_t>(groups_) * plan_.terms() * packed_size(outputs_, inputs_);
  if (buffer_.bytes() == 0) buffer_ = AlignedBuffer(floats * sizeof(float));
  const int panels = round_up(outputs_, panel_rows()) / panel_rows();
  context.pool.parallel_for(groups_ * panels, [&](int index, int thread) {
    set_panel(weights, index / panels, index % panels, context.local[static_cast<std::size_t>(thread)]);
  });
}

void WinogradFilters::set_panel(const WinogradWeights& weights, int group, int panel, Scratch& scratch) {
  // Each tap of the panel as a panel of its own: [tap][input][row]. One more, of zeros, stands in for taps that a part lacks.
  const int rows = panel_rows();
  const int size = inputs_ * rows;
  float* taps = scratch.floats(static_cast<std::size_t>(weights.taps + 1) * size);
  std::fill_n(taps, static_cast<std::size_t>(weights.taps + 1) * size, 0.0F);
  for (int r = 0; r < std::min(rows, outputs_ - panel * rows); ++r) {
    const float* from = weights.weight + group * weights.group_pitch + (panel * rows + r) * weights.output_pitch;
    for (int i = 0; i < inputs_; ++i, from += weights.input_pitch) {
      for (int tap = 0; tap < weights.taps; ++tap) taps[static_cast<std::ptrdiff_t>(tap) * size + i * rows + r] = from[tap];
    }
  }
  for (const WinogradPart& y : plan_.y().parts) {
    for (const WinogradPart& x : plan_.x().parts) {
      WinogradFilter sources{};
      for (int i = 0; i < 9; ++i) {
        const bool present = y.taps[i / 3] >= 0 && x.taps[i % 3] >= 0;
        sources[i] = taps + static_cast<std::ptrdiff_t>(present ? y.taps[i / 3] * weights.kernel_w + x.taps[i % 3] : weights.taps) * size;
      }
      WinogradTargets targets{};
      const int phase = y.phase * plan_.x().out_step + x.phase;
      for (int point = 0; point < WinogradPlan::kPoints; ++point) {
        const auto& terms = plan_.terms(point, phase);
        const auto term = std::find_if(terms.begin(), terms.end(), [&](const WinogradTerm& t) { return t.y == &y && t.x == &x; });
        if (term == terms.end()) continue;
        const std::ptrdiff_t columns = static_cast<std::ptrdiff_t>(panel) * std::ssize(terms) + (term - terms.begin());
        targets[point] = buffer_.as<float>() + at(group, point, phase) + columns * size;
      }
      winograd_filter(sources, targets, size);
    }
  }
}

}  // namespace zf::cpu
