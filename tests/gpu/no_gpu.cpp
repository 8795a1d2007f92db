// A backend of nothing but what every backend must have, and one that answers late: every experiment runs on both.
#include "tests/backend/backends.h"
#include "tests/backend/late_backend.h"
#include "tests/backend/minimal_backend.h"

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {
      {"minimal", []() -> std::unique_ptr<Backend> { return std::make_unique<MinimalBackend>(); }, false},
      {"late", []() -> std::unique_ptr<Backend> { return std::make_unique<LateBackend>(2); }, false},
  };
  return list;
}

}  // namespace zf::testing
