#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

#include "core/analysis/evolution.h"
#include "core/io/network_json.h"
#include "core/io/safetensors.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::size_t kMaxDigits = 8;

std::optional<int> number_in(const std::string& digits) {
  if (digits.empty() || digits.size() > kMaxDigits) return std::nullopt;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  return value;
}

/// The number behind the last "epoch" in a file's name.
std::optional<int> epoch_in(const std::string& name) {
  const std::string word = "epoch";
  std::size_t at = name.rfind(word);
  if (at == std::string::npos) return std::nullopt;
  at = name.find_first_not_of("_-= ", at + word.size());
  if (at == std::string::npos) return std::nullopt;
  return number_in(name.substr(at, name.find_first_not_of("0123456789", at) - at));
}

struct Header {
  Snapshot snapshot;
  Description description;
};

Header read_header(const std::string& path) {
  const SafetensorsReader reader(path);
  const auto& metadata = reader.metadata();
  const auto text = metadata.find("zfscope.network");
  if (text == metadata.end()) fail("{}: expected a model, found a file without zfscope.network", path);
  std::optional<int> epoch = epoch_in(std::filesystem::path(path).stem().string());
  if (const auto found = metadata.find("zfscope.epochs"); !epoch && found != metadata.end()) epoch = number_in(found->second);
  if (!epoch) fail("{}: expected an epoch in the file's name (epoch_005) or metadata, found none", path);
  return {{*epoch, path}, parse_description(text->second, path)};
}

}  // namespace

std::vector<Snapshot> order_snapshots(const std::vector<std::string>& paths) {
  if (paths.size() < 2) fail("expected at least two snapshots, found {}", paths.size());
  std::vector<Snapshot> snapshots;
  const Header first = read_header(paths.front());
  for (const std::string& path : paths) {
    const Header header = read_header(path);
    if (header.description.network != first.description.network || header.description.preprocess != first.description.preprocess) {
      fail("{}: expected a snapshot of the network of {}, found another network ({}) or preprocessing", path, paths.front(),
           header.description.network.name);
    }
    snapshots.push_back(header.snapshot);
  }
  std::sort(snapshots.begin(), snapshots.end(), [](const Snapshot& a, const Snapshot& b) { return a.epoch < b.epoch; });
  for (std::size_t i = 1; i < snapshots.size(); ++i) {
    if (snapshots[i].epoch == snapshots[i - 1].epoch) {
      fail("expected snapshots of different epochs, found {} and {} of epoch {}", snapshots[i - 1].path, snapshots[i].path,
           snapshots[i].epoch);
    }
  }
  return snapshots;
}

}  // namespace zf
