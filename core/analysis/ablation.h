#pragma once

#include <span>
#include <vector>

#include "core/backend/in_flight.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A part of a layer's output that is set to 0: a place of a map, a map (or unit of a linear layer), or all of it.
struct Mute {
  static constexpr int kAll = -1;
  int layer = 0;  ///< an index of find_layer, below the logits
  int map = kAll;
  int y = kAll;  ///< both, or neither
  int x = kAll;
  friend bool operator==(const Mute&, const Mute&) = default;
};

/// One image's prediction with parts of the network muted, at once: only layers above the lowest mute run again.
class Ablation {
 public:
  /// `input` is one preprocessed image (1, C, H, W). The net must outlive it.
  Ablation(const Net& net, const Tensor& input);

  [[nodiscard]] const Trace& clean() const { return clean_; }
  [[nodiscard]] const std::vector<float>& clean_logits() const { return clean_logits_; }
  /// With all of `mutes` at once, in any order. Throws where the network has no such part; the message says what exists.
  [[nodiscard]] std::vector<float> logits(std::span<const Mute> mutes);

 private:
  void check(const Mute& mute) const;

  const Net* net_;
  Trace clean_;
  Trace muted_;
  std::vector<float> clean_logits_;
};

/// What muting each map of one layer alone does.
struct LayerRanking {
  int layer = 0;
  int maps = 0;
  int classes = 0;
  std::vector<float> logits;  ///< maps x classes; NaN where a map was not muted yet
};

/// A map and how much of a class's probability goes with it.
struct MapDrop {
  int layer = 0;
  int map = 0;
  float drop = 0;  ///< p(clean) - p(muted); below 0 where the class gains
};

/// The job that mutes every map of some layers, one at a time, for one image. Only what a map changes is computed again: its
/// neighbours in the normalisation, the difference that they make to the next convolution, and what follows from that, in batches. Maps
/// that several layers read, or that are added to others, run again with all that follows from them.
class AblationRanking : public Job {
 public:
  /// Of each of `layers` (indices of find_layer, below the logits). The ablation must outlive the job.
  AblationRanking(const Net& net, const Ablation& ablation, const std::vector<int>& layers);

  Step step() override;
  [[nodiscard]] double progress() const override;

  [[nodiscard]] const std::vector<LayerRanking>& layers() const { return rankings_; }
  /// Of the maps that were muted so far, by their drop in class `label`, largest first; of equals the lower layer and map.
  [[nodiscard]] std::vector<MapDrop> drops(int label) const;

 private:
  void begin_layer();
  void run_batch();
  void run(int first, int count);
  void mute_whole(int first, int count);
  void mute_neighbourhoods(int first, int count);
  void mute_windows(int first, int count, int from, int maps, DeviceTensor& to);
  void pack_slices(int first, int count);
  void sum_without(int first, int count);

  const Net* net_;
  const Ablation* ablation_;
  std::vector<LayerRanking> rankings_;
  std::size_t current_ = 0;  ///< of rankings_
  int next_map_ = 0;
  int finished_ = 0;  ///< maps of all layers
  InFlight in_flight_;
  DeviceTensor reader_weight_;
  int reader_ = -1;           ///< the layer with weights that alone reads the current layer; -1 where there is none
  std::vector<int> between_;  ///< layers from there to it
  int reach_ = 0;             ///< how many maps to either side the normalisations between them carry a change
  DeviceTensor clean_sums_;   ///< of the reader, before its ReLU
  DeviceTensor maps_;
  DeviceTensor next_;
  DeviceTensor changes_;
  DeviceTensor slices_;
  DeviceTensor differences_;
  DeviceTensor sums_;
  DeviceSwitches switches_;
  std::unique_ptr<Filters> filters_;
  Trace above_;
};

}  // namespace zf
