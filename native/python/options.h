#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/photo_files.h"
#include "core/nn/backward.h"
#include "native/backends/backends.h"
#include "native/python/photo.h"

namespace zf::python {

/// Throws where there is none of that name.
[[nodiscard]] Rule rule_of(const std::string& name);
[[nodiscard]] inline LrnBackward lrn_of(bool derivative) { return derivative ? LrnBackward::kDerivative : LrnBackward::kPass; }

/// Photos as photos_of takes them, or `count` of a folder's, evenly spaced.
[[nodiscard]] std::vector<Photo> chosen_photos(const py::object& photos, int count, const Shape& input);

/// CPU threads that are asked for, or all.
[[nodiscard]] int threads_of(const BackendOptions& options);

/// Larger photos are refused.
inline constexpr double kUsualMegapixels = static_cast<double>(kMaxPixels) / 1e6;

/// Names photos that were left out as a Python warning. Holds the GIL.
void warn_of(std::span<const Skipped> skipped);

}  // namespace zf::python
