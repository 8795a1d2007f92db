#include "native/backends/entries.h"

#include <fmt/format.h>

#include <algorithm>

#ifdef ZF_HAS_CUDA
#include "native/cuda/cuda_backend.h"
#endif
#ifdef ZF_HAS_OPENGL
#include "native/opengl/opengl_backend.h"
#endif

namespace zf {

namespace {

BackendEntry cuda_entry() {
#ifdef ZF_HAS_CUDA
  return {.name = "cuda",
          .gpu = true,
          .probe =
              [] {
                const CudaCard card = probe_cuda();
                return BackendDevice{fmt::format("{} (sm_{}{}, {} GiB)", card.name, card.major, card.minor, card.memory >> 30U)};
              },
          .make =
              [](const BackendOptions& options) {
                return make_cuda_backend({.tf32 = options.tf32, .device = options.card % std::max(cuda_cards(), 1)});
              }};
#else
  return {.name = "cuda", .gpu = true, .absent = "CMake found no nvcc; install CUDA's toolkit and build again"};
#endif
}

BackendEntry opengl_entry() {
#ifdef ZF_HAS_OPENGL
  return {.name = "opengl",
          .gpu = true,
          .may_be_there = [] { return may_have_graphics_card(); },
          .probe =
              [] {
                const OpenGlDevice device = probe_opengl();
                return BackendDevice{fmt::format("{}, OpenGL {}", device.name, device.version), device.software};
              },
          .make = [](const BackendOptions&) { return make_opengl_backend(); }};
#else
  return {.name = "opengl", .gpu = true, .absent = "CMake found no headers of EGL and OpenGL; install Debian's libegl-dev and build again"};
#endif
}

}  // namespace

const std::vector<BackendEntry>& backend_entries() {
  static const std::vector<BackendEntry> entries = {
      {.name = "cpu",
       .probe = [] { return BackendDevice{make_cpu_backend()->description()}; },
       .make = [](const BackendOptions& options) { return make_cpu_backend(options.threads); }},
      cuda_entry(),
      opengl_entry(),
      {.name = "reference",
       .probe = [] { return BackendDevice{"cpu, naive, in double precision: the oracle of the others"}; },
       .make = [](const BackendOptions&) { return make_reference_backend(); }},
  };
  return entries;
}

}  // namespace zf
