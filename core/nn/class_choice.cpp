#include "core/nn/class_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/nn/near.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// All classes that `name` may mean: those of this very name, as class_name gives it or as `classes` has it, else those that mean the same.
std::vector<int> classes_called(const std::vector<std::string>& classes, const std::string& name) {
  const auto all = [&](const auto& is_meant) {
    std::vector<int> found;
    for (int i = 0; i < static_cast<int>(classes.size()); ++i) {
      if (is_meant(i)) found.push_back(i);
    }
    return found;
  };
  std::vector<int> found = all([&](int i) { return classes[static_cast<std::size_t>(i)] == name || class_name(classes, i) == name; });
  if (found.empty()) found = all([&](int i) { return same_class(classes[static_cast<std::size_t>(i)], name); });
  return found;
}

}  // namespace

int choose_class(const std::string& text, const std::vector<std::string>& classes, std::span<const float> logits) {
  constexpr std::size_t kDigits = 6;
  if (text.empty()) return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  const std::vector<int> called = classes_called(classes, text);
  if (called.size() > 1) {
    const auto tell = [&](int index) { return fmt::format("{} ({})", classes[static_cast<std::size_t>(index)], index); };
    fail("expected one class, found \"{}\" to mean {} and {}: give the number", text, tell(called[0]), tell(called[1]));
  }
  if (!called.empty()) return called.front();
  const bool number = text.size() <= kDigits && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (number && std::cmp_less(std::stoi(text), logits.size())) return std::stoi(text);
  const std::string names = classes.empty() ? "" : fmt::format(" or one of {}", fmt::join(classes, ", "));
  fail("expected a class of the model, a number of 0 to {}{}, found {}{}", logits.size() - 1, names, text, near_words(classes, text));
}

}  // namespace zf
