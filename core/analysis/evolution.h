#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/analysis/activation_scan.h"
#include "core/analysis/winner_pass.h"
#include "core/data/photo_list.h"
#include "core/io/model.h"

namespace zf {

/// A model file of a training run.
struct Snapshot {
  int epoch = 0;
  std::string path;
};

/// Snapshots in the order of their epochs. The epoch is the number behind "epoch" in the file's name ("epoch_005"), else what
/// the file's metadata say. Throws where a file has neither, two are of one epoch, there are fewer than two, or a file is of
/// another network or preprocessing than the first.
[[nodiscard]] std::vector<Snapshot> order_snapshots(const std::vector<std::string>& paths);

struct EvolutionOptions {
  std::vector<std::string> layers;  ///< conv layers; all where empty
  int maps = 6;                     ///< of every layer: a random draw of those that answer to anything in the last snapshot
  std::vector<int> chosen;          ///< in place of the draw, the same in every layer
  std::uint64_t seed = 1;           ///< of the draw
  Rule rule = Rule::kDeconvnet;
  LrnBackward lrn = LrnBackward::kPass;
  bool patches = true;
  int batch = 32;
  int threads = 2;
  std::size_t memory = std::size_t{256} << 20U;  ///< bytes of decoded photos to keep between snapshots
};

/// A map's strongest activation over the data at one epoch.
struct EvolutionPoint {
  Peak peak;
  int y = 0;  ///< of the peak on the map
  int x = 0;
  Tensor projection;        ///< its receptive field's part (1, C, h, w), signed; zero where the activation is 0
  Image patch;              ///< the same part of the photo; empty where patches are not wanted
  double similarity = 0;    ///< cosine with the projection of the snapshot before; 0 at the first
  bool takes_lead = false;  ///< another photo than at the snapshot before
};

/// One map through the epochs, a point a snapshot.
struct MapEvolution {
  int map = 0;
  std::vector<EvolutionPoint> points;
};

/// One layer. The numbers a snapshot are over all maps that are not dead at both snapshots, or over the chosen ones where
/// projections are needed.
struct LayerEvolution {
  ConvOutput output;
  std::vector<MapEvolution> maps;  ///< the chosen ones, rising
  std::vector<double> activation;  ///< mean of all maps' strongest activations, one a snapshot
  std::vector<double> same_photo;  ///< part of all maps whose strongest photo is the one of the snapshot before; 0 at the first
  std::vector<double> similarity;  ///< mean of the chosen maps' similarities; 0 at the first
  double settled = 0;              ///< mean over all maps of the epoch since which the strongest photo stays the same
};

/// The job that follows maps through a training run (Fig. 4): for every snapshot, each chosen map's strongest activation over
/// the data, projected to pixels.
class EvolutionJob : public Job {
 public:
  /// Backend and decoder must outlive the job. `snapshots` as order_snapshots() gives them.
  EvolutionJob(Backend& backend, std::vector<Snapshot> snapshots, PhotoList photos, const ImageDecoder& decoder,
               const EvolutionOptions& options);

  /// One batch of photos.
  Step step() override;
  [[nodiscard]] double progress() const override;
  /// Complete when step() gave false.
  [[nodiscard]] const std::vector<LayerEvolution>& layers() const { return layers_; }
  [[nodiscard]] const std::vector<Snapshot>& snapshots() const { return snapshots_; }
  [[nodiscard]] const PhotoList& photos() const { return list_; }
  [[nodiscard]] const PhotoStore& store() const { return *store_; }
  [[nodiscard]] const std::string& order() const { return preprocess_.order; }  ///< of the projections' channels
  [[nodiscard]] std::int64_t images() const { return images_; }

 private:
  void open();
  void begin_projecting();
  void choose(std::size_t layer);
  void keep(std::span<const ProjectedWinner> projected);
  void finish();
  void compare(LayerEvolution& layer, std::size_t index);

  Backend* backend_;
  std::vector<Snapshot> snapshots_;
  PhotoList list_;
  const ImageDecoder* decoder_;
  EvolutionOptions options_;
  Preprocess preprocess_;
  std::unique_ptr<PhotoStore> store_;
  std::vector<LayerEvolution> layers_;
  std::vector<std::vector<std::vector<Peak>>> peaks_;  ///< layer, snapshot, map
  std::size_t left_ = 0;                               ///< snapshots to look at, the last one first
  std::int64_t images_ = 0;
  std::unique_ptr<Net> net_;
  std::unique_ptr<ActivationScan> scan_;
  std::unique_ptr<WinnerPass> winners_;
};

}  // namespace zf
