#include "core/nn/near.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace zf {

char folded(char c) {
  if (c == '_' || c == '-') return ' ';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

namespace {

/// Levenshtein's distance: how many bytes have to be changed, added or left out.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);  // from the first bytes of a to each beginning of b
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (folded(a[i]) == folded(b[j]) ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> near_names(std::span<const std::string> names, std::string_view text) {
  constexpr std::size_t kMost = 3;
  constexpr std::size_t kLongest = 64;  // bytes, beyond which nobody mistypes a name
  std::vector<std::string> nearest;
  if (text.size() > kLongest) return nearest;
  std::size_t least = std::max<std::size_t>(1, text.size() / 3);  // more than that is another word
  for (const std::string& name : names) {
    const std::size_t found = distance(text, name);
    if (found > least) continue;
    if (found < least) nearest.clear();
    least = found;
    if (nearest.size() < kMost) nearest.push_back(name);
  }
  return nearest;
}

std::string near_words(std::span<const std::string> names, std::string_view text) {
  const std::vector<std::string> nearest = near_names(names, text);
  return nearest.empty() ? std::string() : fmt::format("; near it: {}", fmt::join(nearest, ", "));
}

}  // namespace zf
