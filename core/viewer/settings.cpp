#include "core/viewer/settings.h"

#include <cmath>

namespace zf::viewer {

namespace {

template <typename T>
std::optional<T> value_in(const SettingValue& value) {
  const T* const found = std::get_if<T>(&value);
  return found != nullptr ? std::optional(*found) : std::nullopt;
}

bool is_within(double number, double least, double most) { return number >= least && number <= most; }

}  // namespace

std::optional<bool> Setting<bool>::read(const SettingValue& value) { return value_in<bool>(value); }

std::optional<std::string> Setting<std::string>::read(const SettingValue& value) { return value_in<std::string>(value); }

std::optional<float> Setting<float>::read(const SettingValue& value) const {
  const auto number = value_in<double>(value);
  if (!number || !is_within(*number, static_cast<double>(least), static_cast<double>(most))) return std::nullopt;
  return static_cast<float>(*number);
}

std::optional<int> Setting<int>::read(const SettingValue& value) const {
  const auto number = value_in<double>(value);
  if (!number || !is_within(*number, least, most) || std::floor(*number) != *number) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<std::array<int, 2>> Setting<std::array<int, 2>>::read(const SettingValue& value) const {
  const auto numbers = value_in<std::vector<double>>(value);
  if (!numbers || numbers->size() != 2) return std::nullopt;
  const Setting<int> each{key, least, least, most};
  const auto a = each.read(numbers->front());
  const auto b = each.read(numbers->back());
  if (!a || !b) return std::nullopt;
  return std::array{*a, *b};
}

SettingValue Setting<std::array<int, 2>>::write(const std::array<int, 2>& value) const {
  const auto held = [&](int number) { return static_cast<double>(std::clamp(number, least, most)); };
  return std::vector{held(value[0]), held(value[1])};
}

}  // namespace zf::viewer
