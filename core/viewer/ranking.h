#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// What muting each map of a layer alone does, as far as it is known.
struct RankingView {
  std::string layer;
  int label = 0;               ///< the class that is followed
  std::vector<MapDrop> drops;  ///< largest first
};

/// Mutes every map of a layer, one at a time, and delivers the ranking a few times a second.
[[nodiscard]] Worker::Maker ranking_job(std::shared_ptr<Look> look, Tensor input, const LayerStory& layer, int label,
                                        std::function<void(RankingView)> done);

}  // namespace zf::viewer
