#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/io/preprocess.h"

namespace zf {

/// A way in which networks that others have trained take photos.
struct Preset {
  std::string_view name;
  std::string_view meaning;
  std::string_view order;
  float scale = 1;
  std::array<float, 3> mean{};
  std::array<float, 3> std{1, 1, 1};
};
[[nodiscard]] std::span<const Preset> presets();
/// Throws with the list of names.
[[nodiscard]] const Preset& find_preset(std::string_view name);

/// A preset, and what is to be different.
struct PreprocessChoice {
  std::string preset{};  ///< empty: what is usual
  std::optional<std::array<float, 3>> mean{};
  std::optional<std::array<float, 3>> std{};
  std::optional<float> scale{};
  std::optional<std::string> order{};
  std::optional<int> resize{};

  /// Whether the numbers or the order of a preset are to be others.
  [[nodiscard]] bool changes() const { return mean || std || scale || order; }
};

/// Preprocessing to a network's input; the shorter side is resized to 256 for the usual 224, and alike for others. One channel is grey,
/// with the mean of the three channels' numbers.
[[nodiscard]] Preprocess make_preprocess(const Preset& preset, const PreprocessChoice& choice, const Shape& input);

}  // namespace zf
