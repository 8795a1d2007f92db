#pragma once

#include <cstddef>
#include <cstdint>

#include "core/backend/specs.h"

namespace zf::cpu {

/// Maxima along one axis and where they were found, or null: flat indices into the pooled plane.
struct Maxima {
  float* values;
  std::uint32_t* places;

  [[nodiscard]] Maxima from(std::ptrdiff_t place) const { return {values + place, places == nullptr ? nullptr : places + place}; }
};

/// For each of `outputs` windows along a row, its first maximum. `row` holds `width` values; place 0 is `first` in the plane.
void pool_row(const float* row, int width, std::uint32_t first, const PoolSpec& spec, int outputs, const Maxima& out);

/// The first maximum of `count` rows of maxima, of which row (begin + i) % kernel of the ring is the i-th; rows of the ring are
/// `pitch` apart.
void pool_column(const Maxima& ring, int pitch, int kernel, int begin, int count, int outputs, const Maxima& out);

}  // namespace zf::cpu
