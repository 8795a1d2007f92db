#include "core/data/setup.h"

#include <nlohmann/json.hpp>
#include <set>

#include "core/tensor/error.h"

namespace zf {

std::string setup_differences(const nlohmann::json& there, const nlohmann::json& now) {
  std::set<std::string> keys;
  for (const auto& entry : there.items()) keys.insert(entry.key());
  for (const auto& entry : now.items()) keys.insert(entry.key());
  const auto show = [](const nlohmann::json& setup, const std::string& key) {
    return setup.contains(key) ? setup.at(key).dump() : "nothing";
  };
  std::string differences;
  for (const std::string& key : keys) {
    const std::string old = show(there, key);
    const std::string own = show(now, key);
    if (old != own) differences += fmt::format("{}{}: {} there, {} now", differences.empty() ? "" : "; ", key, old, own);
  }
  return differences;
}

void check_same_setup(const std::string& path, const nlohmann::json& there, const nlohmann::json& now) {
  const std::string differences = setup_differences(there, now);
  if (!differences.empty()) fail("{}: expected the settings that the run began with, found {}", path, differences);
}

}  // namespace zf
