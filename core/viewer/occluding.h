#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/analysis/occlusion.h"
#include "core/figures/picture.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// What the occlusion panel shows of a job so far.
struct OcclusionView {
  struct ClassColour {
    int index = 0;
    Colour colour;
    double share = 0;  ///< of the photo's pixels
  };
  OcclusionMaps maps;
  int label = 0;                    ///< the class that the first picture follows
  int layer = 0;                    ///< of the watched map
  int map = 0;                      ///< the watched map
  Range range;                      ///< of the activation
  Picture probability;              ///< Fig. 7 (d), 0 to 1
  Picture activation;               ///< Fig. 7 (b)
  Picture classes;                  ///< Fig. 7 (e)
  std::vector<ClassColour> legend;  ///< largest first
  double part = 0;                  ///< of the work
};

struct OcclusionWish {
  int size = 56;
  int stride = 8;
  int label = 0;
  int layer = -1;
  int map = -1;
  friend bool operator==(const OcclusionWish&, const OcclusionWish&) = default;
};

/// Slides a square over the photo (Fig. 7), coarse to fine, and delivers what is known a few times a second.
[[nodiscard]] Worker::Maker occlusion_job(std::shared_ptr<Look> look, const PhotoView& photo, const OcclusionWish& wish,
                                          std::function<void(OcclusionView)> done);

/// The place (row, column) whose square's middle is nearest to a pixel of the input.
[[nodiscard]] int nearest_place(const OcclusionMaps& maps, int y, int x);

}  // namespace zf::viewer
