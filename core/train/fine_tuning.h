#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/io/image.h"
#include "core/io/model.h"
#include "core/nn/net.h"
#include "core/nn/top.h"
#include "core/tensor/job.h"
#include "core/train/checkpoint.h"
#include "core/train/recipe.h"
#include "core/train/sgd.h"
#include "core/train/training_pass.h"

namespace zf {

/// What a network sees of a photo, at its input's size, and the photo's class.
struct LabelledView {
  std::shared_ptr<const Image> view;
  int label = 0;
};

/// What the layers that stay as they are make of views: as it is, and mirrored, each (1, C, H, W).
using Features = std::map<std::shared_ptr<const Image>, std::array<Tensor, 2>>;

/// So many photos of each class at least, of which every fifth is held out to measure the error.
inline constexpr int kFewestPhotos = 5;

/// The job that teaches a network new classes in seconds: the layers below its top (fully_connected_top) stay as they are and see every
/// photo once, mirrored, too; then the top alone, with new class scores, trains on what they gave. All classes have the same weight,
/// however many photos they have.
class FineTuning final : public Job {
 public:
  struct Options {
    std::int64_t most_weights = std::int64_t{1} << 21;            ///< that train
    int steps = 200;                                              ///< about so many, each of a batch
    Recipe recipe{.batch = 32, .rate = 0.03, .filter_limit = 0};  ///< but for its epochs and warm-up, which follow from the steps
  };

  /// `net` must outlive the job. `features` are kept from job to job over one net: views that are in it are not looked at again, those that
  /// are no longer asked for leave it. Throws where there are fewer than two classes, one of them has fewer than kFewestPhotos, a view
  /// has another size than the network's input, the network has no scores that can be replaced, or its backend does not train.
  FineTuning(const Net& net, Preprocess preprocess, std::vector<std::string> classes, std::vector<LabelledView> photos,
             std::shared_ptr<Features> features, const Options& options);

  /// Looks at one view, runs one batch, or measures the error at an epoch's end.
  Step step() override;
  [[nodiscard]] double progress() const override;
  /// Photos that were looked at.
  [[nodiscard]] std::size_t embedded() const { return embedded_ / 2; }
  [[nodiscard]] const std::vector<EpochLog>& log() const { return log_; }
  [[nodiscard]] int held_out() const { return static_cast<int>(held_out_.size()); }
  /// The whole network as it is now, with its known_rule.
  [[nodiscard]] Model model() const;

 private:
  void embed();
  void prepare();
  void train_batch();
  void finish_epoch();
  [[nodiscard]] const Tensor& features_of(std::size_t photo, std::size_t mirrored) const;
  [[nodiscard]] std::vector<std::size_t> balanced_order() const;

  const Net* net_;
  Preprocess preprocess_;
  std::vector<std::string> classes_;
  std::vector<LabelledView> photos_;
  std::shared_ptr<Features> features_;
  Recipe recipe_;
  Top top_;
  std::vector<std::vector<std::size_t>> training_;  ///< photos by class
  std::vector<std::size_t> held_out_;
  std::size_t embedded_ = 0;  ///< views, two a photo
  Trace trace_;
  DeviceTensor images_;
  std::unique_ptr<Net> top_net_;
  std::unique_ptr<Sgd> sgd_;
  std::unique_ptr<TrainingPass> pass_;
  int steps_ = 0;  ///< of an epoch
  int step_ = 0;   ///< of this epoch
  std::vector<std::size_t> order_;
  Batch batch_;
  double loss_ = 0;
  int correct_ = 0;
  int seen_ = 0;
  double seconds_ = 0;
  std::vector<EpochLog> log_;
  std::optional<KnownRule> known_;
};

}  // namespace zf
