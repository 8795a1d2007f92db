#include "native/cli/class_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf::cli {

int choose_class(const std::string& text, const std::vector<std::string>& classes, std::span<const float> logits) {
  constexpr std::size_t kDigits = 6;
  if (text.empty()) return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  if (const int found = find_class(classes, text); found >= 0) return found;
  const bool number = text.size() <= kDigits && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (number && std::cmp_less(std::stoi(text), logits.size())) return std::stoi(text);
  const std::string names = classes.empty() ? "" : fmt::format(" or one of {}", fmt::join(classes, ", "));
  fail("expected a class of the model, a number of 0 to {}{}, found {}", logits.size() - 1, names, text);
}

}  // namespace zf::cli
