#pragma once

#include <vector>

#include "core/analysis/change.h"
#include "core/analysis/occlusion_maps.h"
#include "core/backend/in_flight.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A square that covers part of an image, and the places it is put at (Fig. 7).
struct OcclusionOptions {
  int size = 56;              ///< pixels a side
  int stride = 8;             ///< pixels between places, down and across
  bool border = false;        ///< also places where the square hangs over the image
  std::vector<float> fill{};  ///< of the square, a value a channel after preprocessing; empty: 0, the mean
  int soft_edge = 0;          ///< pixels at its edge over which the square fades in; 0: hard
  int layer = -1;             ///< whose map is watched (find_layer); -1: the last convolution's
  int map = -1;               ///< of that layer; -1: the strongest of the clean image
  bool brute_force = false;   ///< run the whole net at each place instead of the windows that change; the same result, slower
};

/// The job that slides a square over an image (Fig. 7). Only the windows that each square changes are computed, exactly, in
/// batches of places that change windows of about equal sizes; several batches share a pass through the fully connected layers,
/// whose weights are many. Goes from coarse to fine: the first sixteenth of the places is a map
/// of the whole image at four times the stride.
class Occlusion : public Job {
 public:
  /// `input` is one preprocessed image (1, C, H, W). The net must outlive the job.
  /// Throws where options, net and input do not fit; the message says what exists.
  Occlusion(const Net& net, const Tensor& input, const OcclusionOptions& options);

  Step step() override;
  [[nodiscard]] double progress() const override;

  /// Whether the coarse map stands.
  [[nodiscard]] bool coarse() const { return finished_ >= coarse_; }
  /// What is known so far.
  [[nodiscard]] const OcclusionMaps& maps() const { return maps_; }
  [[nodiscard]] int layer() const { return options_.layer; }
  [[nodiscard]] int map() const { return options_.map; }
  /// The trace of the clean image.
  [[nodiscard]] const Trace& clean() const { return clean_; }

 private:
  /// Places that run together.
  struct PlaceBatch {
    std::vector<int> places;
    bool fine = false;   ///< behind the coarse map
    bool whole = false;  ///< run the whole net
    int group = 0;       ///< batches of a group change windows of about equal sizes, at about equal places where the stride is small
  };

  /// Places that were run up to the first fully connected layer, and wait for others.
  struct Waiting {
    std::vector<int> places;
    std::vector<Changes> maps;       ///< of what that layer reads, a batch each
    std::vector<DeviceTensor> sums;  ///< (n, 1, 1, 1) of each batch: by how much the watched map's sum changed, where it lies below
  };

  void choose_map();
  void plan();
  [[nodiscard]] std::size_t row_of(int place) const { return static_cast<std::size_t>(place / maps_.columns()); }
  [[nodiscard]] std::size_t column_of(int place) const { return static_cast<std::size_t>(place % maps_.columns()); }
  [[nodiscard]] std::vector<int> classes_by_work(const std::vector<std::vector<Extent>>& reached, int Shape::*axis) const;
  [[nodiscard]] std::vector<int> classes_of(const std::vector<std::vector<Extent>>& reached, int Shape::*axis) const;
  void put_in_batches(const std::vector<int>& places, PlaceBatch kind);
  [[nodiscard]] bool may_wait(const PlaceBatch& next, const PlaceBatch& last) const;
  [[nodiscard]] Extent visible(int first, int length) const;
  void run_batch();
  [[nodiscard]] Changes cover(const std::vector<int>& batch, bool whole);
  void run_windows(const std::vector<int>& batch);
  void run_whole(const std::vector<int>& batch);
  void run_connected();
  [[nodiscard]] DeviceTensor watched_sums(const DeviceTensor& values, Windows at);
  void read(std::vector<int> places, const std::vector<DeviceTensor>& sums, const DeviceTensor& logits);
  void keep(const std::vector<int>& places, std::vector<Readback>& answers);

  const Net* net_;
  Tensor input_;
  OcclusionOptions options_;
  int logits_;     ///< the layer
  int connected_;  ///< the fully connected layer that batches meet in; behind the logits where there is none
  DeviceTensor image_;
  Trace clean_;
  DeviceTensor clean_map_;  ///< the watched one: (1, 1, h, w)
  OcclusionMaps maps_;
  std::vector<PlaceBatch> batches_;           ///< in the order they are run
  std::vector<std::vector<Extent>> rows_;     ///< by row of places: what it changes of every layer
  std::vector<std::vector<Extent>> columns_;  ///< by column of places
  std::size_t next_ = 0;
  std::size_t coarse_ = 0;    ///< places of the coarse map
  std::size_t finished_ = 0;  ///< places
  InFlight in_flight_;
  ChangePass pass_;
  Waiting waiting_;
  Square square_;
  DeviceTensor watched_;
  DeviceTensor watched_change_;
  DeviceTensor connected_values_;
  Trace whole_;
};

}  // namespace zf
