#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "core/backend/backend.h"

namespace zf::testing {

/// A backend that the conformance suite runs on.
struct NamedBackend {
  std::string name;
  std::unique_ptr<Backend> (*make)();
  bool trains = true;

  /// The one instance of this process, made on first use.
  [[nodiscard]] Backend& instance() const;
  friend std::ostream& operator<<(std::ostream& out, const NamedBackend& backend) { return out << backend.name; }
};

/// What is compared with the reference: a program's own list (host_backends.cpp, or that of a device).
[[nodiscard]] const std::vector<NamedBackend>& tested_backends();
/// Those of them that train.
[[nodiscard]] std::vector<NamedBackend> training_backends();
/// All and the reference itself, for laws that every backend keeps (adjoints, derivatives, refusals).
[[nodiscard]] const std::vector<NamedBackend>& all_backends();
[[nodiscard]] Backend& reference_backend();

/// The name of a parametrised test whose parameter is a backend, or (backend, case with a name).
struct BackendName {
  template <typename Info>
  std::string operator()(const Info& info) const {
    if constexpr (requires { info.param.name; }) {
      return info.param.name;
    } else {
      return std::get<0>(info.param).name + "_" + std::get<1>(info.param).name;
    }
  }
};

}  // namespace zf::testing
