#include "core/analysis/features.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/analysis/pooling.h"
#include "core/data/batches.h"
#include "core/data/setup.h"
#include "core/io/atomic_file.h"
#include "core/io/json_fields.h"
#include "core/io/safetensors.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

constexpr int kPhotos = 32;
constexpr int kFilePhotos = 4 * kPhotos;
constexpr const char* kSetupKey = "zfscope.features.setup";
constexpr const char* kPhotosKey = "zfscope.features.photos";

std::string layer_name(int layer) { return fmt::format("layer{}", layer); }

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

nlohmann::json metadata(const SafetensorsReader& reader, const char* key, const std::string& path) {
  const auto found = reader.metadata().find(key);
  if (found == reader.metadata().end()) fail("{}: expected features, found a file without {}", path, key);
  constexpr int kMaxDepth = 8;
  return parse_json(found->second, path, kMaxDepth);
}

std::vector<std::size_t> photos_of(const SafetensorsReader& reader, const std::string& path) {
  try {
    return metadata(reader, kPhotosKey, path).get<std::vector<std::size_t>>();
  } catch (const nlohmann::json::exception& error) {
    fail("{}: expected a list of photos, found: {}", path, error.what());
  }
}

/// Every photo a class of its own, so that a batch says which photos it holds.
Dataset numbered(Dataset photos) {
  for (std::size_t i = 0; i < photos.samples.size(); ++i) photos.samples[i].label = static_cast<int>(i);
  return photos;
}

}  // namespace

int feature_files(std::size_t photos) { return batch_count(photos, kFilePhotos); }

std::string feature_file(const std::string& folder, int file) {
  return (fs::path(folder) / fmt::format("part_{:03}.safetensors", file)).string();
}

FeatureExtraction::FeatureExtraction(const Net& net, const Dataset& photos, const ImageDecoder& decoder, const Preprocess& preprocess,
                                     FeatureOptions options)
    : net_(&net),
      photos_(numbered(photos), decoder, {preprocess.longest_side(), 0}),  // every photo is needed once: nothing is kept
      preprocess_(preprocess),
      options_(std::move(options)),
      files_(options_.shard.share(static_cast<std::size_t>(feature_files(photos.samples.size())))) {
  if (options_.layers.empty()) fail("features: expected layers, found none");
  if (options_.limit < 1) fail("features: expected room for at least 1 value a photo, found {}", options_.limit);
  for (const int layer : options_.layers) {
    ends_.push_back(stage_end(net.network(), layer));
    grids_.push_back(pooled_size(net.shapes()[static_cast<std::size_t>(ends_.back())], options_.limit));
  }
  options_.setup["layers"] = options_.layers;
  options_.setup["limit"] = options_.limit;
  options_.setup["photos a file"] = kFilePhotos;
  rows_.resize(options_.layers.size());
  make_folder(options_.folder);
  for (std::size_t own = files_; own-- > 0;) {
    const auto file = static_cast<int>(options_.shard.at(own));
    const std::string path = feature_file(options_.folder, file);
    if (!exists(path)) {
      missing_.push_back(file);
      continue;
    }
    const SafetensorsReader reader(path);
    check_same_setup(path, metadata(reader, kSetupKey, path), options_.setup);
  }
}

void FeatureExtraction::start_file() {
  const auto [first, end] = batch_range(photos_.size(), kFilePhotos, missing_.back());
  batches_left_ = batch_count(end - first, kPhotos);
  found_.clear();
  for (std::vector<float>& rows : rows_) rows.clear();
  loader_ =
      std::make_unique<BatchLoader>(0, batches_left_, options_.threads, centre_batches(photos_, preprocess_, places(first, end), kPhotos));
}

Step FeatureExtraction::step() {
  if (missing_.empty()) return Step::kDone;
  if (loader_ == nullptr) start_file();
  const Step step = in_flight_.step([this] { return batches_left_ > 0; }, [this] { run_batch(); });
  if (step != Step::kDone) return step;
  loader_.reset();
  write_file_of_photos();
  missing_.pop_back();
  return missing_.empty() ? Step::kDone : Step::kMore;
}

void FeatureExtraction::run_batch() {
  loader_->next(batch_);
  --batches_left_;
  if (batch_.labels.empty()) return;
  Backend& backend = net_->backend();
  backend.upload(batch_.images, images_);
  net_->infer(images_, trace_, ends_);
  std::vector<Readback> tickets;
  for (const int end : ends_) tickets.push_back(backend.read(trace_.output(end)));
  in_flight_.add(std::move(tickets), [this, photos = batch_.labels](std::vector<Readback>& answers) { keep(photos, answers); });
}

void FeatureExtraction::keep(const std::vector<int>& photos, std::vector<Readback>& answers) {
  found_.insert(found_.end(), photos.begin(), photos.end());
  for (std::size_t i = 0; i < ends_.size(); ++i) {
    const Tensor pooled = average_pool(answers[i].take(), grids_[i]);
    rows_[i].insert(rows_[i].end(), pooled.values().begin(), pooled.values().end());
  }
}

void FeatureExtraction::write_file_of_photos() {
  std::vector<StoredTensor> tensors;
  if (!found_.empty()) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto photos = static_cast<std::int64_t>(found_.size());
      tensors.push_back({layer_name(options_.layers[i]), {photos, static_cast<std::int64_t>(rows_[i].size()) / photos}, rows_[i]});
    }
  }
  write_safetensors(feature_file(options_.folder, missing_.back()), tensors,
                    {{kSetupKey, options_.setup.dump()}, {kPhotosKey, nlohmann::json(found_).dump()}}, Precision::kFloat32);
}

double FeatureExtraction::progress() const {
  if (missing_.empty()) return 1;
  const double begun = static_cast<double>(found_.size()) / kFilePhotos;
  return (static_cast<double>(files_ - missing_.size()) + begun) / static_cast<double>(files_);
}

Features load_features(const std::string& folder, int layer) {
  Features features;
  std::vector<float> values;
  int columns = 0;
  for (int file = 0; exists(feature_file(folder, file)); ++file) {
    const std::string path = feature_file(folder, file);
    SafetensorsReader reader(path);
    const std::vector<std::size_t> photos = photos_of(reader, path);
    if (photos.empty()) continue;
    const Tensor rows = reader.read(layer_name(layer));
    if (std::cmp_not_equal(rows.shape().n, photos.size())) {
      fail("{}: expected the features of {} photos, found {}", path, photos.size(), rows.shape().n);
    }
    features.photos.insert(features.photos.end(), photos.begin(), photos.end());
    values.insert(values.end(), rows.values().begin(), rows.values().end());
    columns = rows.shape().c;
  }
  if (values.empty()) fail("{}: expected the features of photos that can be read, found none", folder);
  features.rows = Tensor({static_cast<int>(features.photos.size()), columns, 1, 1}, values);
  return features;
}

}  // namespace zf
