#pragma once

#include <string>
#include <utility>

#include "core/figures/picture.h"
#include "core/io/image.h"

namespace zf {

[[nodiscard]] inline Picture to_picture(Image image) { return {image.width, image.height, std::move(image.rgb)}; }

/// `picture` with `height` pixels: hard pixels where it has few, smooth otherwise.
[[nodiscard]] Picture scaled(const Picture& picture, int height);

/// `picture` below a title and a line of text.
[[nodiscard]] Picture with_title(const Picture& picture, const std::string& title, const std::string& subtitle);

}  // namespace zf
