#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/transform.h"
#include "core/backend/in_flight.h"
#include "core/io/preprocess.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"
#include "core/tensor/tensor.h"

namespace zf {

/// What a network makes of one transformed photo.
struct Response {
  std::array<double, 2> distance{};  ///< Euclidean, between the feature vectors of the photo and of its transform, at either layer
  std::vector<float> probabilities;  ///< of every class
};

/// How two layers and the output of a network respond to transforms of one photo (Fig. 5). Set a photo, then measure as often
/// as you like: a viewer measures one transform at a time, InvarianceJob many.
class InvarianceProbe {
 public:
  /// Layers are indices, such as of stage_end(network, 1), up to the class scores. `surround` holds one value a channel of the
  /// preprocessed photo, or nothing where its edge is drawn out. `net` must outlive the probe.
  InvarianceProbe(const Net& net, std::array<int, 2> layers, std::vector<float> surround);

  /// `pixels` (1, C, h, w) is the whole preprocessed photo, at least as large as the network's input.
  void set_photo(Tensor pixels);

  /// The lengths of the photo's own feature vectors.
  [[nodiscard]] const std::array<double, 2>& norms() const { return norms_; }
  /// The photo's own.
  [[nodiscard]] const std::vector<float>& probabilities() const { return probabilities_; }

  /// In one batch.
  [[nodiscard]] std::vector<Response> measure(std::span<const Transform> transforms);
  /// The same in two halves: what is on its way from the device, a ticket a layer and one of the class scores, ...
  [[nodiscard]] std::vector<Readback> ask(std::span<const Transform> transforms);
  /// ... and what it says of the photo that it was asked of.
  [[nodiscard]] std::vector<Response> responses(std::vector<Readback>& answers) const;
  /// What the network sees of a transform: (1, C, H, W).
  [[nodiscard]] Tensor view(const Transform& transform) const;

 private:
  void forward(std::span<const Transform> transforms);
  void check_photo() const;

  const Net* net_;
  std::array<int, 2> layers_;
  std::vector<float> surround_;
  Tensor pixels_;
  std::array<Tensor, 2> features_;
  std::array<double, 2> norms_{};
  std::vector<float> probabilities_;
  DeviceTensor input_;
  Trace trace_;
};

/// One value a channel of preprocessed pixels that stands for `surround`, as InvarianceProbe wants it.
[[nodiscard]] std::vector<float> surround_values(Surround surround, const Preprocess& preprocess);

/// A photo of the experiment.
struct InvariancePhoto {
  std::string name;
  Tensor pixels;   ///< (1, C, h, w), whole and preprocessed
  int label = -1;  ///< its true class; below 0: the class that the network gives it is followed instead
};

/// One photo along one axis; one value an amount.
struct InvarianceCurve {
  std::array<std::vector<double>, 2> distance;
  std::vector<double> probability;  ///< of the followed class
  std::vector<int> top;             ///< the most probable class
};

struct InvarianceRecord {
  std::string name;
  int label = 0;  ///< the followed class
  bool true_class = false;
  int top = 0;             ///< the most probable class of the photo as it is
  double probability = 0;  ///< of the followed class, of the photo as it is
  std::array<double, 2> norm{};
  std::array<InvarianceCurve, kAxes> curves;
};

struct InvarianceOptions {
  std::array<int, 2> layers{};
  std::vector<float> surround;
  std::array<std::vector<double>, kAxes> amounts;  ///< of each Axis, ascending; the neutral amount need not be among them
  int batch = 32;
};

/// Fig. 5's ranges for a network whose input has `side` pixels: -60 to 60 pixels at 224 (in proportion elsewhere), factors 1 to
/// 1.8, angles 0 to 350 degrees.
[[nodiscard]] std::array<std::vector<double>, kAxes> default_amounts(int side);

/// The amounts in ascending order or, where none is given on any axis, default_amounts.
[[nodiscard]] std::array<std::vector<double>, kAxes> amounts_or_default(std::array<std::vector<double>, kAxes> amounts, int side);

/// Fig. 5 over a set of photos, one batch of transforms a step.
class InvarianceJob : public Job {
 public:
  /// `photo(i)` gives the i-th of at most `count` photos when its turn comes, nothing where there are no more; they need not all fit into
  /// memory.
  using Source = std::function<std::optional<InvariancePhoto>(std::size_t)>;
  InvarianceJob(const Net& net, InvarianceOptions options, std::size_t count, Source photo);

  Step step() override;
  [[nodiscard]] double progress() const override;
  /// Of the photos that are done.
  [[nodiscard]] const std::vector<InvarianceRecord>& records() const { return records_; }

 private:
  struct Point {
    Axis axis = Axis::kTranslation;
    double amount = 0;
  };
  bool begin_photo();
  void start_batch();
  void keep(std::vector<Readback>& answers);
  [[nodiscard]] bool begun() const { return asked_points_ > 0; }

  InvarianceOptions options_;
  InvarianceProbe probe_;
  std::vector<Point> points_;  ///< all transforms of a photo
  std::size_t count_;
  Source photo_;
  InvarianceRecord record_;
  std::size_t asked_points_ = 0;  ///< of the photo under way
  std::size_t done_points_ = 0;   ///< likewise
  InFlight in_flight_;
  std::vector<InvarianceRecord> records_;
};

}  // namespace zf
