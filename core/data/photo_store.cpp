#include "core/data/photo_store.h"

#include <algorithm>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/resample.h"
#include "core/tensor/error.h"

namespace zf {

PhotoStore::PhotoStore(Dataset dataset, const ImageDecoder& decoder, Limits limits)
    : dataset_(std::move(dataset)), decoder_(&decoder), limits_(limits), slots_(dataset_.samples.size()) {}

std::shared_ptr<const Image> PhotoStore::get(std::size_t index) {
  {
    const std::lock_guard lock(mutex_);
    const Slot& slot = slots_.at(index);
    if (slot.photo != nullptr || !slot.error.empty()) return slot.photo;
  }
  const std::string& path = dataset_.samples[index].path;
  std::shared_ptr<const Image> photo;
  std::string error;
  try {
    Image image = decoder_->decode(read_file(path), path).image;
    if (std::min(image.width, image.height) > limits_.shorter_side) image = resize_shorter_side(image, limits_.shorter_side);
    photo = std::make_shared<const Image>(std::move(image));
  } catch (const Error& failure) {
    error = without_path(failure.what(), path);
  }
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[index];
  if (photo == nullptr) {
    slot.error = std::move(error);
  } else if (slot.photo == nullptr && memory_ + photo->rgb.size() <= limits_.memory) {
    slot.photo = photo;
    memory_ += photo->rgb.size();
  }
  return photo;
}

std::vector<Skipped> PhotoStore::skipped() const {
  const std::lock_guard lock(mutex_);
  std::vector<Skipped> skipped = dataset_.skipped;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].error.empty()) skipped.push_back({dataset_.samples[i].path, slots_[i].error});
  }
  return skipped;
}

std::string PhotoStore::why_not(std::size_t index) const {
  const std::lock_guard lock(mutex_);
  return slots_.at(index).error;
}

std::size_t PhotoStore::unreadable() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.error.empty(); }));
}

std::size_t PhotoStore::memory() const {
  const std::lock_guard lock(mutex_);
  return memory_;
}

}  // namespace zf
