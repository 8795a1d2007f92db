#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/figures/picture.h"
#include "core/io/preprocess.h"
#include "core/viewer/host.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// What the network sees of a photo, small; without pixels where the photo cannot be read.
struct Thumbnail {
  std::string path;
  Picture picture;
};

/// Makes thumbnails of `side` pixels, one a step.
[[nodiscard]] Worker::Maker thumbnails_job(Host& host, const Preprocess& preprocess, std::vector<std::string> paths, int side,
                                           std::function<void(Thumbnail)> done);

}  // namespace zf::viewer
