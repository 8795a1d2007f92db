#pragma once

#include <memory>
#include <string>

#include "core/train/ranks.h"

namespace zf {

/// The processes that mpirun started together; a process that was started alone is the only one. Throws where there are several, and this
/// program was built without MPI.
[[nodiscard]] std::unique_ptr<Ranks> launched_ranks();

/// How many ranks of lower numbers run on this rank's machine, by which they choose cards.
[[nodiscard]] int rank_on_machine(Ranks& ranks);

/// Ranks for what a backend computes: `ranks` themselves, or the same with sums from card to card.
struct RanksOnBackend {
  Ranks* ranks = nullptr;
  std::unique_ptr<Ranks> own;  ///< what `ranks` is, where it is not the one given
  std::string note;            ///< how sums go, for people; empty where no rank has a card
};
/// Every rank calls it. Both arguments outlive what comes back.
[[nodiscard]] RanksOnBackend ranks_on(Backend& backend, Ranks& ranks);

}  // namespace zf
