#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/report/evolution_strip.h"
#include "core/viewer/host.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// Where an evolution comes from: a run's snapshots and the photos to follow it on, or a strip that is already made.
struct EvolutionWish {
  std::vector<std::string> run;     ///< paths, by epoch
  std::vector<std::string> photos;  ///< paths
  std::string strip;                ///< path of the strip's JSON; its picture lies beside it as .png
  friend bool operator==(const EvolutionWish&, const EvolutionWish&) = default;
};

/// Follows some maps of every layer through the run (Fig. 4) on the backend of the model in `scope`, or reads the strip.
[[nodiscard]] Worker::Maker evolution_job(const Host& host, std::shared_ptr<Scope> scope, const EvolutionWish& wish,
                                          std::function<void(EvolutionStrip)> done);

}  // namespace zf::viewer
