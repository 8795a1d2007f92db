#pragma once

#include <string>

#include "core/viewer/app.h"

namespace zf::web {

/// What the window shows, as JSON, for the page's status line and for tests: "settled", and where they are there "model",
/// "backend", "photo", "photos" (shown so far), "top" (class and p), "layer", "unit" (map, y, x, value), "occlusion" (size, stride,
/// label, part of the work, probability by place), "teach" (classes, files unread, epochs, error on held_out photos, seconds), "notices"
/// (text, advice, error).
[[nodiscard]] std::string report_json(const viewer::App& app);

/// Where this frame's controls stand, as a JSON list of name, x, y, w, h in the canvas' pixels.
[[nodiscard]] std::string landmarks_json(const viewer::Landmarks& landmarks);

}  // namespace zf::web
