#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/backend/in_flight.h"
#include "core/data/batch_loader.h"
#include "core/data/photo_store.h"
#include "core/data/shard.h"
#include "core/io/preprocess.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"

namespace zf {

struct FeatureOptions {
  std::vector<int> layers;  ///< the paper's numbers: 1 is the end of conv1's stage
  int limit = 9216;         ///< values of a photo and layer at most: those of the paper's pool5
  std::string folder;       ///< that keeps the features, made where it is missing
  nlohmann::json setup;     ///< what they follow from beside these options, one key a setting
  int threads = 2;          ///< that decode
  Shard shard{};            ///< whose files of features are made
};

/// The job that runs photos (one centre crop each) through a frozen net and keeps the maps at the end of some stages, averaged to a
/// grid. The folder gets part_NNN.safetensors, each the features of a hundred photos; a job with the same settings makes those that are
/// missing. Memory does not grow with the number of photos.
class FeatureExtraction final : public Job {
 public:
  /// What is borrowed must outlive the job. Throws where the net has not these layers or the folder holds features of other
  /// settings, naming them.
  FeatureExtraction(const Net& net, const Dataset& photos, const ImageDecoder& decoder, const Preprocess& preprocess,
                    FeatureOptions options);

  Step step() override;
  [[nodiscard]] double progress() const override;
  /// Names the files that were not readable images.
  [[nodiscard]] const PhotoStore& photos() const { return photos_; }

 private:
  void start_file();
  void run_batch();
  void keep(const std::vector<int>& photos, std::vector<Readback>& answers);
  void write_file_of_photos();

  const Net* net_;
  PhotoStore photos_;  ///< whose labels are the photos' places
  Preprocess preprocess_;
  FeatureOptions options_;
  std::vector<int> ends_;                 ///< each layer's last index in the network
  std::vector<Size> grids_;               ///< each layer's
  std::vector<int> missing_;              ///< files, the next one last
  std::size_t files_;                     ///< of the shard's own
  std::vector<std::size_t> found_;        ///< photos of this file so far that could be read
  std::vector<std::vector<float>> rows_;  ///< a layer's features of them
  int batches_left_ = 0;                  ///< of this file
  InFlight in_flight_;
  std::unique_ptr<BatchLoader> loader_;
  Batch batch_;
  DeviceTensor images_;
  Trace trace_;
};

/// How many files the features of so many photos are.
[[nodiscard]] int feature_files(std::size_t photos);
/// FOLDER/part_007.safetensors
[[nodiscard]] std::string feature_file(const std::string& folder, int file);

/// Features of one layer.
struct Features {
  std::vector<std::size_t> photos;  ///< that could be read, rising
  Tensor rows;                      ///< (photos, values, 1, 1)
};

/// What a finished FeatureExtraction left in its folder.
[[nodiscard]] Features load_features(const std::string& folder, int layer);

}  // namespace zf
