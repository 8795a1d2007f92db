#pragma once

#include <cstddef>

#include "core/backend/specs.h"

namespace zf::cpu {

/// Maps of one item by columns: value i of map c lies at data[c * step + i].
struct Columns {
  const float* data;
  std::size_t step;
};

/// Normalises `count` columns of `maps` values each.
void lrn_columns(const Columns& x, int maps, std::size_t count, const LrnSpec& spec, float* y);

/// Its derivative at x for the signal g; gx lies like g. `scratch` holds lrn_scratch() floats.
void lrn_backward_columns(const Columns& x, const Columns& g, int maps, std::size_t count, const LrnSpec& spec, float* scratch, float* gx);

[[nodiscard]] std::size_t lrn_scratch(int maps, const LrnSpec& spec);

}  // namespace zf::cpu
