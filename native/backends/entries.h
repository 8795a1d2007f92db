#pragma once

#include <memory>
#include <string>
#include <vector>

#include "native/backends/backends.h"

namespace zf {

/// What a backend would run on.
struct BackendDevice {
  std::string name;
  bool software = false;
};

/// One backend of the list.
struct BackendEntry {
  const char* name;
  bool gpu = false;
  const char* absent = nullptr;        ///< why this build lacks it; null where it has it
  bool (*may_be_there)() = nullptr;    ///< a cheap look at whether a device is worth starting for "auto"; null: it is
  BackendDevice (*probe)() = nullptr;  ///< throws where there is no device, saying why
  std::unique_ptr<Backend> (*make)(const BackendOptions&) = nullptr;
};

/// The list: a new backend is one entry more. GPUs in the order in which "auto" tries them.
[[nodiscard]] const std::vector<BackendEntry>& backend_entries();

}  // namespace zf
