#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "core/analysis/correspondence.h"
#include "core/figures/picture.h"
#include "core/viewer/host.h"
#include "core/viewer/state.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// Table 1 of the marked faces.
struct CorrespondenceView {
  std::size_t faces = 0;
  int draws = 0;  ///< of random places
  std::array<std::string, 2> layers;
  std::vector<PartResult> results;
  Picture masks;  ///< Fig. 8; empty until all is done
};

/// What is compared.
struct CorrespondenceWish {
  std::vector<FacePoints> faces;    ///< whole ones
  std::array<StageView, 2> layers;  ///< of the model
  friend bool operator==(const CorrespondenceWish&, const CorrespondenceWish&) = default;
};

/// Masks the parts of all faces, random places with a few draws first, then with as many as `zfscope correspond` takes; delivers
/// the table after either. Fails where a face's points are not as make_face and CorrespondenceJob want them.
[[nodiscard]] Worker::Maker correspondence_job(Host& host, const ModelView& model, CorrespondenceWish wish,
                                               std::function<void(CorrespondenceView)> done);

}  // namespace zf::viewer
