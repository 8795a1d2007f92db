#include "core/exchange/state_dict.h"

#include <algorithm>
#include <array>

#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// "conv1" of "conv1.weight".
std::string_view first_part(std::string_view name) { return name.substr(0, name.find('.')); }

/// The length of "module." where all names begin with it, and there is more than one module behind it.
std::size_t shared_prefix(const std::map<std::string, SafetensorsReader::Entry>& entries) {
  std::size_t length = 0;
  while (true) {
    const std::string_view part = first_part(std::string_view(entries.begin()->first).substr(length));
    const bool is_shared = std::all_of(entries.begin(), entries.end(), [&](const auto& entry) {
      const std::string_view rest = std::string_view(entry.first).substr(length);
      return first_part(rest) == part && rest.size() > part.size();
    });
    if (!is_shared) return length;
    length += part.size() + 1;
  }
}

/// What training, or tools that count operations, leave in every module.
bool is_counter(std::string_view name) {
  constexpr std::array kCounters = std::to_array<std::string_view>({"num_batches_tracked", "total_ops", "total_params"});
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return std::find(kCounters.begin(), kCounters.end(), last) != kCounters.end();
}

std::string text(const StateDict::Dims& dims) {
  std::vector<std::string> parts;
  for (const std::int64_t dim : dims) parts.push_back(dim == StateDict::kAny ? "any" : std::to_string(dim));
  return fmt::format("({})", fmt::join(parts, ", "));
}

bool fits(const StateDict::Dims& found, const StateDict::Dims& expected) {
  return std::equal(found.begin(), found.end(), expected.begin(), expected.end(),
                    [](std::int64_t a, std::int64_t b) { return a == b || b == StateDict::kAny; });
}

/// torchvision's old names of DenseNet's parts, "denselayer1.norm.1", as they are now.
std::string todays_name(std::string name) {
  if (name.find(".denselayer") == std::string::npos) return name;
  for (const std::string_view part : {".norm.", ".relu.", ".conv."}) {
    const std::size_t at = name.find(part);
    if (at != std::string::npos) name.erase(at + part.size() - 1, 1);
  }
  return name;
}

}  // namespace

StateDict::StateDict(SafetensorsReader& reader) : reader_(reader) {
  if (reader.entries().empty()) fail("{}: expected tensors, found none", reader.name());
  const std::size_t prefix = shared_prefix(reader.entries());
  for (const auto& [name, entry] : reader.entries()) stored_names_.emplace(todays_name(name.substr(prefix)), name);
}

std::size_t StateDict::rank(const std::string& tensor) const {
  const auto found = stored_names_.find(tensor);
  return found == stored_names_.end() ? 0 : reader_.entries().at(found->second).dims.size();
}

const StateDict::Dims& StateDict::dims(const std::string& tensor, const Dims& expected) const {
  const auto found = stored_names_.find(tensor);
  if (found == stored_names_.end()) fail("{}: expected a tensor \"{}\" of shape {}, found none", file(), tensor, text(expected));
  const Dims& dims = reader_.entries().at(found->second).dims;
  if (!fits(dims, expected))
    fail("{}: tensor \"{}\": expected the shape {}, found {}", file(), quotable(found->second), text(expected), text(dims));
  return dims;
}

Tensor StateDict::read(const std::string& tensor, const Dims& expected) {
  (void)dims(tensor, expected);
  read_.insert(tensor);
  return reader_.read(stored_names_.at(tensor));
}

std::vector<std::string> StateDict::unread() const {
  std::set<std::string_view> modules;
  for (const std::string& name : read_) modules.insert(first_part(name));
  std::vector<std::string> names;
  for (const auto& [name, stored] : stored_names_) {
    if (read_.count(name) > 0 || is_counter(name)) continue;
    if (modules.count(first_part(name)) > 0) {
      fail("{}: expected only tensors that the network has in \"{}\", found \"{}\"", file(), first_part(name), quotable(stored));
    }
    names.push_back(stored);
  }
  return names;
}

std::vector<std::string> StateDict::examples() const {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> names;
  for (const auto& [name, stored] : stored_names_) {
    if (names.size() < kMost) names.push_back(quotable(stored));
  }
  return names;
}

}  // namespace zf
