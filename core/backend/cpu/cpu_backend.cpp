#include "core/backend/cpu/cpu_backend.h"

#include <algorithm>
#include <thread>

#include "core/backend/cpu/instruction_set.h"
#include "core/tensor/error.h"

namespace zf {

namespace cpu {

std::string CpuBackend::description() const {
  const int threads = context_.pool.size();
  return fmt::format("cpu, {}, {} thread{}", instruction_set(), threads, threads == 1 ? "" : "s");
}

}  // namespace cpu

std::unique_ptr<Backend> make_cpu_backend(int threads) {
  if (threads < 0) fail("[cpu] expected 0 (all cores) or more threads, found {}", threads);
  if (threads == 0) threads = static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U));
  return std::make_unique<cpu::CpuBackend>(threads);
}

}  // namespace zf
