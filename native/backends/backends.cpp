#include "native/backends/backends.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/backend/device_error.h"
#include "core/tensor/error.h"
#include "core/tensor/threads.h"
#include "native/backends/entries.h"
#include "native/backends/pace_of_backend.h"

namespace zf {

namespace {

/// What failed at the start is not there; only what fails in mid-work can go on elsewhere.
std::unique_ptr<Backend> make(const BackendEntry& entry, const BackendOptions& options) {
  try {
    return entry.make(options);
  } catch (const DeviceError& error) {
    fail("{}", error.what());
  }
}

/// The backend, where there is a card and it is faster than `cpu`; null elsewhere.
std::unique_ptr<Backend> make_if_faster(const BackendEntry& entry, const BackendOptions& options, Backend& cpu) {
  try {
    if (!entry.gpu || entry.absent != nullptr) return nullptr;
    if (entry.may_be_there != nullptr && !entry.may_be_there()) return nullptr;
    if (entry.probe().software) return nullptr;
    std::unique_ptr<Backend> gpu = entry.make(options);
    return seconds_of_convolution(*gpu) < seconds_of_convolution(cpu) ? std::move(gpu) : nullptr;
  } catch (const Error&) {
    return nullptr;
  }
}

std::unique_ptr<Backend> make_fastest(const BackendOptions& options) {
  std::unique_ptr<Backend> cpu = make_cpu_backend(options.threads);
  for (const BackendEntry& entry : backend_entries()) {
    if (std::unique_ptr<Backend> gpu = make_if_faster(entry, options, *cpu)) return gpu;
  }
  return cpu;
}

}  // namespace

std::vector<std::string> backend_names() {
  std::vector<std::string> names = {"auto"};
  for (const BackendEntry& entry : backend_entries()) {
    if (entry.absent == nullptr) names.emplace_back(entry.name);
  }
  return names;
}

std::vector<BackendInfo> list_backends() {
  std::vector<BackendInfo> list;
  for (const BackendEntry& entry : backend_entries()) {
    BackendInfo info;
    info.name = entry.name;
    if (entry.absent != nullptr) {
      info.why = fmt::format("not in this build: {}", entry.absent);
    } else {
      try {
        BackendDevice device = entry.probe();
        info.device = std::move(device.name);
        info.software = device.software;
        info.available = true;
      } catch (const Error& error) {
        info.why = error.what();
      }
    }
    list.push_back(std::move(info));
  }
  return list;
}

std::unique_ptr<Backend> make_backend(const BackendOptions& options) {
  if (options.threads < 0 || options.threads > kMostThreads) {
    fail("threads: expected 0 (all cores) to {}, found {}", kMostThreads, options.threads);
  }
  if (options.name == "auto") return make_fastest(options);
  const auto& entries = backend_entries();
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const BackendEntry& entry) { return options.name == entry.name; });
  if (found == entries.end()) fail("backend: expected {}, found \"{}\"", fmt::join(backend_names(), ", "), options.name);
  if (found->absent != nullptr)
    fail("backend {}: expected one of this build's, {}; {}", options.name, fmt::join(backend_names(), ", "), found->absent);
  return make(*found, options);
}

}  // namespace zf
