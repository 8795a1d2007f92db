#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/occlusion.h"
#include "core/data/photo_files.h"
#include "core/nn/backward.h"
#include "native/backends/backends.h"
#include "native/python/net.h"
#include "native/python/photo.h"

namespace zf::python {

/// Throws where there is none of that name.
[[nodiscard]] Rule rule_of(const std::string& name);
[[nodiscard]] inline LrnBackward lrn_of(bool derivative) { return derivative ? LrnBackward::kDerivative : LrnBackward::kPass; }

/// Photos as photos_of takes them, or `count` of a folder's, evenly spaced.
[[nodiscard]] std::vector<Photo> chosen_photos(const py::object& photos, int count, const Shape& input);

/// How a square slides over photos of the net. Throws where `fill` or `layer` names nothing.
[[nodiscard]] OcclusionOptions occlusion_options(const Net& net, int size, int stride, const std::string& fill, int soft_edge, bool border,
                                                 const std::string& layer, std::optional<int> map, bool brute_force);

/// CPU threads that are asked for, or all.
[[nodiscard]] int threads_of(const BackendOptions& options);

/// Larger photos are refused.
inline constexpr double kUsualMegapixels = static_cast<double>(kMaxPixels) / 1e6;

/// Names photos that were left out as a Python warning. Holds the GIL.
void warn_of(std::span<const Skipped> skipped);

}  // namespace zf::python
