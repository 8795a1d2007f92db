#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/tensor/tensor.h"

namespace zf {

/// What is done to a photo in Fig. 5: scaled and rotated about the middle of the network's view, then moved.
struct Transform {
  double down = 0;   ///< pixels of the network's input
  double right = 0;  ///< pixels
  double scale = 1;  ///< above 1 enlarges
  double angle = 0;  ///< degrees, counter-clockwise
  friend bool operator==(const Transform&, const Transform&) = default;
};

/// What stands where a moved photo shows no pixels of its own.
enum class Surround : std::uint8_t {
  kMean,  ///< the colour that preprocessing subtracts: zero
  kGrey,  ///< mid grey
  kEdge,  ///< the photo's outermost pixels, drawn out
};

/// "mean", "grey" or "edge". Throws where it is none of them.
[[nodiscard]] Surround surround_named(std::string_view name);

/// The three lines of Fig. 5.
enum class Axis : std::uint8_t { kTranslation, kScale, kRotation };
inline constexpr int kAxes = 3;
inline constexpr std::array<Axis, kAxes> kAllAxes = {Axis::kTranslation, Axis::kScale, Axis::kRotation};

[[nodiscard]] std::string_view name_of(Axis axis);
/// "pixels down", "factor", "degrees"
[[nodiscard]] std::string_view unit_of(Axis axis);
/// The amount that changes nothing: 0, 1 or 0.
[[nodiscard]] double neutral(Axis axis);
/// How far from neutral an amount is, with a sign; angles lie beyond -180, up to 180 degrees.
[[nodiscard]] double offset(Axis axis, double amount);
/// An amount on an axis as a transform; pixels, factor or degrees.
[[nodiscard]] Transform along(Axis axis, double amount);

/// Throws where a number is not finite or the scale is not above 0.
void check(const Transform& transform);

/// What the network sees of a transformed photo. `pixels` (1, C, h, w) is the whole preprocessed photo, which may reach beyond
/// the view, its centre `view` in size: what moves in from there is photo; beyond its edge stands `surround` (one value a
/// channel), or the edge's pixels drawn out where it is empty. Bilinear between pixel centres; shrinking does not smooth.
/// Writes C x view.h x view.w values.
void transform_view(const Tensor& pixels, const Transform& transform, Size view, std::span<const float> surround, std::span<float> out);

}  // namespace zf
