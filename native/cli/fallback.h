#pragma once

#include <functional>
#include <string>
#include <vector>

namespace zf::cli {

/// Runs a command. Where its device fails in mid-work, says so on stderr and runs it again on the CPU: work over a folder goes on from
/// where it was, other work begins anew. Gives the exit status.
[[nodiscard]] int run_with_fallback(std::vector<std::string> arguments, const std::function<int(const std::vector<std::string>&)>& run);

}  // namespace zf::cli
