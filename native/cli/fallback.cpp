#include "native/cli/fallback.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "core/backend/device_error.h"

namespace zf::cli {

int run_with_fallback(std::vector<std::string> arguments, const std::function<int(const std::vector<std::string>&)>& run) {
  try {
    return run(arguments);
  } catch (const DeviceError& error) {
    fmt::print(stderr, "zfscope: {}\nzfscope: going on on the CPU\n", error.what());
    const auto end_of_options = std::find(arguments.begin(), arguments.end(), "--");
    arguments.insert(end_of_options, {"--backend", "cpu"});
    return run(arguments);
  }
}

}  // namespace zf::cli
