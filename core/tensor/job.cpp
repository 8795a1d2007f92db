#include "core/tensor/job.h"

#include <chrono>
#include <thread>

namespace zf {

bool run(Job& job, const std::function<bool()>& after) {
  constexpr std::chrono::microseconds kMoment{100};
  for (;;) {
    const Step step = job.step();
    if (!after()) return step == Step::kDone;
    if (step == Step::kDone) return true;
    if (step == Step::kWaiting) std::this_thread::sleep_for(kMoment);
  }
}

void run(Job& job) {
  (void)run(job, [] { return true; });
}

}  // namespace zf
