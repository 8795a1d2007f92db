#include "core/backend/cpu/cpu_backend.h"

#include <algorithm>
#include <thread>

#include "core/backend/cpu/instruction_set.h"
#include "core/tensor/error.h"
#include "core/tensor/threads.h"

namespace zf {

namespace cpu {

std::string CpuBackend::description() const {
  const int threads = context_.pool.size();
  return fmt::format("cpu, {}, {} thread{}", instruction_set(), threads, threads == 1 ? "" : "s");
}

}  // namespace cpu

std::unique_ptr<Backend> make_cpu_backend(int threads) {
  if (threads < 0 || threads > kMostThreads) fail("[cpu] expected 0 (all cores) to {} threads, found {}", kMostThreads, threads);
  if (threads == 0) threads = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMostThreads);
  return std::make_unique<cpu::CpuBackend>(threads);
}

}  // namespace zf
