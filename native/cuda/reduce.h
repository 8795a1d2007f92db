#pragma once

#include "native/cuda/kernel.h"

namespace zf::cuda {

/// A kernel of blocks, one a row, that reduces the row and then does something with the result. Op has
///   Value                            trivial
///   partial(row, first, step)        the value of the row's elements first, first + step, ...
///   combine(a, b)
///   finish(row, first, step, value)  with the row's value, for its elements first, first + step, ...
/// The order of combination is fixed, so that a row always gives the same bits.
template <typename Op>
struct Reduce : Op {
  static constexpr int kThreads = 256;
  static constexpr int kHalvings = 8;
  struct Private {};
  struct Shared {
    typename Op::Value values[kThreads];
  };

  [[nodiscard]] ZF_BOTH int phases() const { return kHalvings + 2; }

  ZF_BOTH void phase(int number, std::size_t row, int thread, Private& /*own*/, Shared& shared) const {
    if (number == 0) {
      shared.values[thread] = this->partial(row, static_cast<std::size_t>(thread), kThreads);
    } else if (number <= kHalvings) {
      const int half = kThreads >> number;
      if (thread < half) shared.values[thread] = this->combine(shared.values[thread], shared.values[thread + half]);
    } else {
      this->finish(row, static_cast<std::size_t>(thread), kThreads, shared.values[0]);
    }
  }
};

}  // namespace zf::cuda
