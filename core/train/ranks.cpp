#include "core/train/ranks.h"

#include <cstdlib>

#include "core/io/quotable.h"

namespace zf {

namespace {

class NothingToAdd final : public PendingSum {
 public:
  void wait() override {}
};

}  // namespace

std::unique_ptr<PendingSum> OneRank::start_sum(Backend& /*backend*/, std::vector<DeviceTensor*> /*bucket*/) {
  return std::make_unique<NothingToAdd>();
}

void OneRank::abort() { std::exit(EXIT_FAILURE); }

void insist_same(Ranks& ranks, std::string_view what, std::string_view own) {
  const std::vector<std::string> said = ranks.gather(own);
  for (std::size_t rank = 1; rank < said.size(); ++rank) {
    if (said[rank] == said[0]) continue;
    fail("rank {}: expected the {} of rank 0, {}, found {}", rank, what, quotable(said[0]), quotable(said[rank]));
  }
}

}  // namespace zf
