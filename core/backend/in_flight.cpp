#include "core/backend/in_flight.h"

namespace zf {

Step InFlight::step(const std::function<bool()>& more, const std::function<void()>& start) {
  use_ready();
  if (more() && batches_.size() < kDepth) {
    start();
    use_ready();
  }
  if (more()) return batches_.size() < kDepth ? Step::kMore : Step::kWaiting;
  return batches_.empty() ? Step::kDone : Step::kWaiting;
}

void InFlight::use_ready() {
  while (!batches_.empty() && batches_.front().ready()) {
    const Batch batch = std::move(batches_.front());
    batches_.pop_front();
    batch.use();
  }
}

}  // namespace zf
