#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace zf {

/// Photos to transfer to: those of train/CLASS first, then those of test/CLASS.
struct TransferData {
  Dataset photos;
  std::size_t train = 0;  ///< how many of them lie in train/
};

/// Throws where a folder or a class is missing.
[[nodiscard]] TransferData list_transfer_data(const std::string& directory);

/// Places in TransferData::photos.
struct TransferSplit {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
};

/// Draws `per_class` training photos of each class. Split 0 takes them from train/ and tests on all of test/; every further one deals
/// the class's photos of both folders anew, as many to either side as the folders hold. A smaller draw is part of a larger one.
/// Only the photos `readable` (rising) take part. Throws where a class has too few, naming it.
[[nodiscard]] TransferSplit draw_split(const TransferData& data, std::span<const std::size_t> readable, int per_class, int split);

/// Every fifth training photo of each class, at least one, to choose settings by; `kept` are the others. Places in `labels`.
struct HoldOut {
  std::vector<std::size_t> kept;
  std::vector<std::size_t> held;
};
/// Throws where a class has one photo.
[[nodiscard]] HoldOut hold_out(std::span<const int> labels, int classes);

}  // namespace zf
