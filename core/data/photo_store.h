#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/io/image.h"

namespace zf {

/// The photos of a dataset, decoded on demand and kept as 8-bit pixels as far as a memory budget goes; what does not fit is
/// decoded again each time. Any number of threads may ask at once.
class PhotoStore {
 public:
  struct Limits {
    int shorter_side = 256;                      ///< pixels; larger photos are shrunk to it
    std::size_t memory = std::size_t{3} << 30U;  ///< bytes of pixels to keep
  };

  /// `decoder` must outlive the store.
  PhotoStore(Dataset dataset, const ImageDecoder& decoder, Limits limits);

  [[nodiscard]] const Dataset& dataset() const { return dataset_; }
  [[nodiscard]] std::size_t size() const { return dataset_.samples.size(); }
  [[nodiscard]] int label(std::size_t index) const { return dataset_.samples[index].label; }

  /// The photo; null where its file is not a readable image, which skipped() then reports.
  [[nodiscard]] std::shared_ptr<const Image> get(std::size_t index);

  /// What the dataset left out, and the files that were asked for and could not be read, in the order of the dataset.
  [[nodiscard]] std::vector<Skipped> skipped() const;
  /// Why a photo that was asked for could not be read; empty where it could.
  [[nodiscard]] std::string why_not(std::size_t index) const;
  /// How many files were asked for and could not be read.
  [[nodiscard]] std::size_t unreadable() const;
  /// Bytes of the pixels that are kept.
  [[nodiscard]] std::size_t memory() const;

 private:
  struct Slot {
    std::shared_ptr<const Image> photo;
    std::string error;
  };

  Dataset dataset_;
  const ImageDecoder* decoder_;
  Limits limits_;
  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  std::size_t memory_ = 0;
};

}  // namespace zf
