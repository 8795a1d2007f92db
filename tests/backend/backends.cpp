#include "tests/backend/backends.h"

#include <map>

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {
      {"cpu1", [] { return make_cpu_backend(1); }},
      {"cpu3", [] { return make_cpu_backend(3); }},
  };
  return list;
}

const std::vector<NamedBackend>& all_backends() {
  static const std::vector<NamedBackend> list = [] {
    std::vector<NamedBackend> all = tested_backends();
    all.push_back({"reference", [] { return make_reference_backend(); }});
    return all;
  }();
  return list;
}

Backend& NamedBackend::instance() const {
  static std::map<std::string, std::unique_ptr<Backend>> instances;
  std::unique_ptr<Backend>& backend = instances[name];
  if (backend == nullptr) backend = make();
  return *backend;
}

Backend& reference_backend() { return all_backends().back().instance(); }

}  // namespace zf::testing
