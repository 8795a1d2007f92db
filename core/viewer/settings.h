#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace zf::viewer {

/// A value as the state's file has it.
using SettingValue = std::variant<bool, double, std::string, std::vector<double>>;

/// Something about how things are shown that is kept from one start to the next: its key in the state's file, which no other has, and its
/// value at a first start. Declared once, by what it belongs to, as in `static constexpr Setting<bool> kCrop{"crop", true}`; `Settings`
/// hold what people chose instead. `read` gives nothing for what is no value of it.
template <typename T>
struct Setting;

template <>
struct Setting<bool> {
  std::string_view key;
  bool first = false;

  [[nodiscard]] static std::optional<bool> read(const SettingValue& value);
  [[nodiscard]] static SettingValue write(bool value) { return value; }
};

template <>
struct Setting<std::string> {
  std::string_view key;
  std::string_view first;

  [[nodiscard]] static std::optional<std::string> read(const SettingValue& value);
  [[nodiscard]] static SettingValue write(std::string value) { return value; }
};

/// From `least` to `most`; what is set beyond is the nearer of them.
template <>
struct Setting<float> {
  std::string_view key;
  float first = 0;
  float least = 0;
  float most = 0;

  [[nodiscard]] std::optional<float> read(const SettingValue& value) const;
  [[nodiscard]] SettingValue write(float value) const { return static_cast<double>(std::clamp(value, least, most)); }
};

template <>
struct Setting<int> {
  std::string_view key;
  int first = 0;
  int least = 0;
  int most = 0;

  [[nodiscard]] std::optional<int> read(const SettingValue& value) const;
  [[nodiscard]] SettingValue write(int value) const { return static_cast<double>(std::clamp(value, least, most)); }
};

/// A pair of numbers, each from `least` to `most`.
template <>
struct Setting<std::array<int, 2>> {
  std::string_view key;
  std::array<int, 2> first{};
  int least = 0;
  int most = 0;

  [[nodiscard]] std::optional<std::array<int, 2>> read(const SettingValue& value) const;
  [[nodiscard]] SettingValue write(const std::array<int, 2>& value) const;
};

/// One of `all`, kept by what name_of calls it.
template <typename T>
requires std::is_enum_v<T>
struct Setting<T> {
  std::string_view key;
  T first{};
  std::span<const T> all;

  [[nodiscard]] std::optional<T> read(const SettingValue& value) const {
    const auto name = Setting<std::string>::read(value);
    const auto found = std::find_if(all.begin(), all.end(), [&](T one) { return name && name_of(one) == *name; });
    return found != all.end() ? std::optional(*found) : std::nullopt;
  }
  [[nodiscard]] SettingValue write(T value) const { return std::string(name_of(value)); }
};

/// What people chose, by key. Values that nobody here asks for, as those of a later version, are kept.
class Settings {
 public:
  using Values = std::map<std::string, SettingValue, std::less<>>;

  Settings() = default;
  explicit Settings(Values values) : values_(std::move(values)) {}

  template <typename T>
  [[nodiscard]] T get(const Setting<T>& setting) const {
    if (const auto found = values_.find(setting.key); found != values_.end()) {
      if (auto value = setting.read(found->second)) return *std::move(value);
    }
    return T(setting.first);
  }
  template <typename T>
  void set(const Setting<T>& setting, const std::type_identity_t<T>& value) {
    values_.insert_or_assign(std::string(setting.key), setting.write(value));
  }
  void toggle(const Setting<bool>& setting) { set(setting, !get(setting)); }
  void scale(const Setting<float>& setting, float factor) { set(setting, factor * get(setting)); }

  [[nodiscard]] const Values& values() const { return values_; }
  friend bool operator==(const Settings&, const Settings&) = default;

 private:
  Values values_;
};

}  // namespace zf::viewer
