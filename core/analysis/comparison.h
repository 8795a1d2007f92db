#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/filter_spectrum.h"
#include "core/backend/in_flight.h"
#include "core/deconv/project.h"
#include "core/deconv/seed.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"
#include "core/tensor/tensor.h"

namespace zf {

/// The maps of a layer over a set of photos.
struct MapsMeasure {
  std::string layer;
  std::vector<float> greatest;  ///< of each map, its strongest activation in any photo
  /// Part of the maps whose strongest activation is at most ComparisonOptions::dead of the layer's.
  double dead = 0;
};

/// The strongest activation that a dead map may reach: `threshold` of the layer's, 0 where that is not positive.
[[nodiscard]] float dead_limit(const std::vector<float>& greatest, double threshold);

/// One model's share of Fig. 6.
struct ModelProfile {
  std::string name;
  std::string order;                    ///< of the input's channels, "rgb" or "bgr"
  int stride = 1;                       ///< of the first layer
  Tensor filters;                       ///< (maps, C, kernel, kernel), of the first layer
  std::vector<FilterMeasure> measures;  ///< one a filter
  double dominance = 0;
  std::size_t photos = 0;
  std::vector<MapsMeasure> layers;  ///< the first two conv layers after their ReLU; empty without photos
  Tensor projections;  ///< (maps, C, h, w): what excites each map of the second layer most, on its field; zeros where nothing does
};

struct ComparisonOptions {
  double dead = 0.01;  ///< part of the layer's strongest activation
  int batch = 32;
};

/// Fig. 6 for one model: the frequencies of its first filters, and over a set of photos its dead maps and what every map of the
/// second layer responds to most strongly, projected to pixels with the deconvnet. Two passes over the photos, a batch a step;
/// the second only over those that hold a strongest activation.
class ProfileJob : public Job {
 public:
  /// `photo(i)` gives the i-th of at most `count` photos, (1, C, H, W) of the network's input, the same each time; nothing where there are
  /// no more. Throws where the network does not begin with a conv layer or has but one.
  using Source = std::function<std::optional<Tensor>(std::size_t)>;
  ProfileJob(const Net& net, ComparisonOptions options, std::size_t count, Source photo);

  Step step() override;
  [[nodiscard]] double progress() const override;
  /// When all is done; name and order are left empty.
  [[nodiscard]] const ModelProfile& profile() const { return profile_; }

 private:
  void start_batch();
  void search();
  void prepare();
  void keep(std::size_t first, std::vector<StrongestPlaces>& layers);
  void project();
  void keep(const std::vector<Seed>& seeds, const Projections& projections);
  [[nodiscard]] bool is_searched() const { return found_ == count_; }
  void finish_search();
  [[nodiscard]] std::optional<Tensor> photo(std::size_t i) const;
  void forward(const std::vector<Tensor>& photos);

  const Net* net_;
  ComparisonOptions options_;
  std::size_t count_;
  Source photo_;
  std::array<int, 2> layers_{};
  ModelProfile profile_;
  std::vector<Seed> best_;            ///< of each map of the second layer; `image` is the photo
  std::vector<std::size_t> holders_;  ///< photos that hold a strongest activation
  std::size_t searched_ = 0;          ///< photos whose search has begun
  std::size_t found_ = 0;             ///< photos that were searched
  std::size_t projected_ = 0;         ///< of holders_, begun
  std::size_t done_ = 0;              ///< of holders_
  InFlight in_flight_;
  DeviceTensor input_;
  Trace trace_;
};

}  // namespace zf
