#pragma once

#include <functional>
#include <vector>

#include "core/analysis/conv_output.h"
#include "core/analysis/top_k.h"
#include "core/backend/in_flight.h"
#include "core/data/batch_loader.h"
#include "core/data/photo_store.h"
#include "core/data/shard.h"
#include "core/deconv/project.h"
#include "core/io/preprocess.h"
#include "core/tensor/job.h"

namespace zf {

/// One of a map's strongest activations over a data set, to be projected.
struct Winner {
  std::size_t layer = 0;  ///< which of the pass's layers
  int map = 0;
  int rank = 0;  ///< 0 is the strongest
  Peak peak;
};

/// A winner and its receptive field on the photo.
struct ProjectedWinner {
  Winner winner;
  PixelRect field;    ///< may hang over the edge
  Tensor projection;  ///< the field's part (1, C, h, w), signed; 0 outside the photo
  Image patch;        ///< the field's part of the photo, grey outside; empty where patches are not wanted
};

struct WinnerOptions {
  Rule rule = Rule::kDeconvnet;
  LrnBackward lrn = LrnBackward::kPass;
  bool patches = true;
  int batch = 32;
  int threads = 2;
  Shard shard{};  ///< whose batches are run
};

/// All winners of a layer but those of no activation, of which there is nothing to project; of some maps, or of all where
/// `maps` is empty.
[[nodiscard]] std::vector<Winner> winners_of(std::size_t layer, const TopK& best, std::span<const int> maps = {});

/// The job that runs the photos that hold winners through the net again and projects the winners (Fig. 2). Labels of the
/// photos must be their places in the data set.
class WinnerPass : public Job {
 public:
  /// Takes what came of some winners of one layer, while they last.
  using Sink = std::function<void(std::span<const ProjectedWinner>)>;

  /// Net and photos must outlive the job. Goes on behind the first `done` batches.
  WinnerPass(const Net& net, PhotoStore& photos, const Preprocess& preprocess, std::vector<ConvOutput> layers, std::vector<Winner> winners,
             const WinnerOptions& options, Sink sink, int done = 0);

  /// One batch of photos. Throws where a photo can no longer be read.
  Step step() override;
  [[nodiscard]] double progress() const override;
  /// Batches that are finished.
  [[nodiscard]] int done() const { return done_; }

 private:
  /// Winners of a layer whose projections are under way.
  struct Group {
    std::vector<ProjectedWinner> winners;
    PendingProjections projections;
    [[nodiscard]] bool ready() const { return projections.ready(); }
  };
  void start_batch();
  void project(std::size_t layer, std::vector<Group>& groups);
  [[nodiscard]] Group project(std::size_t layer, std::span<const Winner> winners);
  void keep(std::vector<Group>& groups);

  const Net* net_;
  PhotoStore* photos_;
  Preprocess preprocess_;
  std::vector<ConvOutput> layers_;
  std::vector<Winner> winners_;  ///< by image, layer, map and rank
  std::vector<std::size_t> images_;
  WinnerOptions options_;
  Sink sink_;
  int batches_;
  int done_;
  int started_;  ///< batches
  Batch batch_;
  std::vector<Image> views_;  ///< of the batch's photos
  DeviceTensor input_;
  Trace trace_;
  Projector projector_;
  InFlight in_flight_;
  BatchLoader loader_;
};

}  // namespace zf
