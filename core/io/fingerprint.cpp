#include "core/io/fingerprint.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/io/network_json.h"

namespace zf {

void Fingerprint::add(std::uint64_t number) {
  hash_.add_word(number);
  hash_.fold();
}

void Fingerprint::add(std::span<const std::byte> bytes) {
  add(std::uint64_t{bytes.size()});
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min(sizeof(word), bytes.size() - at));
    add(word);
  }
}

void Fingerprint::add(std::string_view text) { add(std::as_bytes(std::span(text.data(), text.size()))); }

std::string fingerprint(const Network& network, const Parameters& parameters) {
  Fingerprint result;
  result.add(to_json(network).dump());
  for (const auto& [name, tensor] : parameters) {
    result.add(name);
    result.add(std::as_bytes(tensor.values()));
  }
  return result.text();
}

std::string fingerprint(const Net& net) { return fingerprint(net.network(), net.parameters()); }

}  // namespace zf
