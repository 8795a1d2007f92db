#include "native/backends/backends.h"

#include "core/tensor/error.h"

namespace zf {

std::unique_ptr<Backend> make_backend(std::string_view name, int threads) {
  if (threads < 0) fail("threads: expected 0 (all cores) or more, found {}", threads);
  if (name == "auto" || name == "cpu") return make_cpu_backend(threads);
  if (name == "reference") return make_reference_backend();
  if (name == "opengl" || name == "cuda") fail("backend {}: not in this build, which has auto, cpu and reference", name);
  fail("backend: expected auto, cpu, opengl, cuda or reference, found \"{}\"", name);
}

}  // namespace zf
