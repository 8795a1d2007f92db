#include "core/analysis/transfer_data.h"

#include <utility>

#include "core/data/batches.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// A class's photos: the first `train` belong to the training side.
struct Side {
  std::vector<std::size_t> photos;
  std::size_t train = 0;
};

std::vector<Side> by_class(const TransferData& data, std::span<const std::size_t> readable) {
  std::vector<Side> classes(data.photos.classes.size());
  for (const std::size_t photo : readable) {
    Side& side = classes[static_cast<std::size_t>(data.photos.samples[photo].label)];
    side.photos.push_back(photo);
    if (photo < data.train) ++side.train;
  }
  return classes;
}

std::vector<std::size_t> in_order(std::span<const std::size_t> photos, const std::vector<std::size_t>& order) {
  std::vector<std::size_t> result;
  for (const std::size_t place : order) result.push_back(photos[place]);
  return result;
}

}  // namespace

TransferData list_transfer_data(const std::string& directory) {
  TransferData data;
  data.photos = list_dataset(directory, Split::kTrain);
  data.train = data.photos.samples.size();
  const Dataset test = list_dataset(directory, Split::kValidation, data.photos.classes);
  data.photos.skipped.insert(data.photos.skipped.end(), test.skipped.begin(), test.skipped.end());
  data.photos.samples.insert(data.photos.samples.end(), test.samples.begin(), test.samples.end());
  if (data.photos.classes.size() < 2) fail("{}: expected at least 2 classes, found {}", directory, data.photos.classes.size());
  return data;
}

TransferSplit draw_split(const TransferData& data, std::span<const std::size_t> readable, int per_class, int split) {
  if (per_class < 1) fail("transfer: expected at least 1 training photo of each class, found {}", per_class);
  TransferSplit result;
  const auto wanted = static_cast<std::size_t>(per_class);
  const std::vector<Side> classes = by_class(data, readable);
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto& [photos, train] = classes[c];
    const std::string& name = data.photos.classes[c];
    if (train < wanted) fail("transfer: expected at least {} training photos of each class, found {} of \"{}\"", wanted, train, name);
    if (photos.size() == train) fail("transfer: expected at least 1 test photo of each class, found none of \"{}\"", name);
    const auto seed = static_cast<std::uint64_t>(split);
    const std::size_t dealt = split == 0 ? train : photos.size();
    std::vector<std::size_t> order = in_order(std::span(photos).first(dealt), shuffled(dealt, seed, static_cast<int>(c)));
    order.insert(order.end(), photos.begin() + static_cast<std::ptrdiff_t>(dealt), photos.end());
    result.train.insert(result.train.end(), order.begin(), order.begin() + per_class);
    result.test.insert(result.test.end(), order.begin() + static_cast<std::ptrdiff_t>(train), order.end());
  }
  return result;
}

HoldOut hold_out(std::span<const int> labels, int classes) {
  constexpr int kFolds = 5;
  HoldOut result;
  std::vector<int> seen(static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool held = seen[static_cast<std::size_t>(labels[i])]++ % kFolds == 0;
    (held ? result.held : result.kept).push_back(i);
  }
  for (int c = 0; c < classes; ++c) {
    const int count = seen[static_cast<std::size_t>(c)];
    if (count < 2) fail("transfer: expected at least 2 training photos of each class to choose a cost by, found {} of class {}", count, c);
  }
  return result;
}

}  // namespace zf
