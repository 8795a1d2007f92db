// The backends that need no device.
#include "tests/backend/backends.h"
#include "tests/backend/minimal_backend.h"

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {
      {"cpu1", [] { return make_cpu_backend(1); }},
      {"cpu3", [] { return make_cpu_backend(3); }},
      {"minimal", []() -> std::unique_ptr<Backend> { return std::make_unique<MinimalBackend>(); }, false},
  };
  return list;
}

}  // namespace zf::testing
