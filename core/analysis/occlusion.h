#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/analysis/change.h"
#include "core/analysis/job.h"
#include "core/nn/net.h"
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

/// What covering a square does, place by place: rows x columns of them, row by row. NaN where a place was not run yet.
struct OcclusionMaps {
  std::vector<int> y{};  ///< the rows' top edges, in pixels of the input
  std::vector<int> x{};  ///< the columns' left edges
  int size = 0;          ///< of the square
  int stride = 0;
  int classes = 0;                    ///< logits a place
  std::vector<float> logits{};        ///< rows x columns x classes, before softmax
  std::vector<float> activation{};    ///< rows x columns: sum over the watched map
  std::vector<float> clean_logits{};  ///< of the image without a square
  float clean_activation = 0;

  [[nodiscard]] int rows() const { return static_cast<int>(y.size()); }
  [[nodiscard]] int columns() const { return static_cast<int>(x.size()); }
  [[nodiscard]] bool done(int place) const;
  /// Fig. 7 (d): the probability of class `label` at every place. Throws where there is no such class.
  [[nodiscard]] std::vector<float> probability(int label) const;
  /// Fig. 7 (e): the most probable class at every place; -1 where it was not run yet.
  [[nodiscard]] std::vector<std::int32_t> most_probable() const;
  /// Values of places (rows x columns) brought to pixels (h x w): each pixel gets the mean over all squares that were run and
  /// cover it, NaN where none does.
  [[nodiscard]] std::vector<float> per_pixel(const std::vector<float>& values, Size image) const;
};

/// The tops (or lefts) of squares along an axis of `length` pixels: 0, stride, 2 stride, ... while they fit, with `border` also
/// those before and behind that cover at least one pixel. Throws where size or stride is below 1, or no square fits.
[[nodiscard]] std::vector<int> occluder_places(int length, int size, int stride, bool border);

/// The job that slides a square over an image (Fig. 7). Only the windows that each square changes are computed, exactly, in
/// batches of places that change windows of about equal sizes. Goes from coarse to fine: the first sixteenth of the places is a map
/// of the whole image at four times the stride.
class Occlusion : public Job {
 public:
  /// `input` is one preprocessed image (1, C, H, W). The net must outlive the job.
  /// Throws where options, net and input do not fit; the message says what exists.
  Occlusion(const Net& net, const Tensor& input, const OcclusionOptions& options);

  bool step() override;
  [[nodiscard]] double progress() const override;

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
    bool whole = false;  ///< run the whole net
  };

  void choose_map();
  void plan();
  [[nodiscard]] std::size_t row_of(int place) const { return static_cast<std::size_t>(place / maps_.columns()); }
  [[nodiscard]] std::size_t column_of(int place) const { return static_cast<std::size_t>(place % maps_.columns()); }
  [[nodiscard]] std::vector<int> classes_of(const std::vector<std::vector<Extent>>& reached, int Shape::*axis) const;
  void put_in_batches(const std::vector<int>& places, bool whole);
  [[nodiscard]] Extent visible(int first, int length) const;
  [[nodiscard]] float coverage(int y, int x) const;
  [[nodiscard]] Tensor squares(const std::vector<int>& batch, Changes& changes) const;
  void run_windows(const std::vector<int>& batch);
  void run_whole(const std::vector<int>& batch);
  void watch(const DeviceTensor& values, Windows at, const std::vector<int>& batch);
  void keep(const Tensor& logits, const std::vector<int>& batch);

  const Net* net_;
  Tensor input_;
  OcclusionOptions options_;
  int logits_;  ///< the layer
  DeviceTensor image_;
  Trace clean_;
  Tensor clean_map_;  ///< the watched one
  OcclusionMaps maps_;
  std::vector<PlaceBatch> batches_;           ///< in the order they are run
  std::vector<std::vector<Extent>> rows_;     ///< by row of places: what it changes of every layer
  std::vector<std::vector<Extent>> columns_;  ///< by column of places
  std::size_t next_ = 0;
  std::size_t finished_ = 0;  ///< places
  ChangePass pass_;
  Changes changes_;
  DeviceTensor watched_;
  DeviceTensor covered_;
  Trace whole_;
};

}  // namespace zf
