#pragma once

#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "core/train/ranks.h"

namespace zf {

/// The same ranks with sums of a card's tensors added up from card to card by NCCL, beside what the card computes meanwhile; what else they
/// say to each other goes the way it went. Null where the sums stay with `ranks`: where a rank has no card of its own, or no NCCL. Every
/// rank calls it, and all get the same; both arguments outlive what comes back.
struct NcclRanks {
  std::unique_ptr<Ranks> ranks;
  std::string note;  ///< for people: "sums by NCCL 2.28.9", or why not; empty where no rank has a card
};
[[nodiscard]] NcclRanks nccl_ranks(Ranks& ranks, Backend& backend);

}  // namespace zf
