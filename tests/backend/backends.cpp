#include "tests/backend/backends.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace zf::testing {

std::vector<NamedBackend> training_backends() {
  std::vector<NamedBackend> list;
  std::copy_if(tested_backends().begin(), tested_backends().end(), std::back_inserter(list),
               [](const NamedBackend& b) { return b.trains; });
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
