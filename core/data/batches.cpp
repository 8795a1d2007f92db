#include "core/data/batches.h"

#include <numeric>
#include <utility>

#include "core/data/random.h"

namespace zf {

namespace {

/// Gives the tensor the shape; what it held is lost.
void resize(Tensor& tensor, const Shape& shape) {
  if (tensor.shape() == shape) return;
  if (tensor.size() == shape.size()) {
    tensor.reshape(shape);
  } else {
    tensor = Tensor::uninitialised(shape);
  }
}

}  // namespace

void fill_batch(PhotoStore& photos, const Preprocess& preprocess, std::span<const std::size_t> indices, int views, const MakeView& make,
                Batch& batch) {
  Shape shape = preprocess.input();
  shape.n = static_cast<int>(indices.size()) * views;
  resize(batch.images, shape);
  batch.labels.clear();
  std::size_t at = 0;
  for (const std::size_t index : indices) {
    const std::shared_ptr<const Image> photo = photos.get(index);
    if (photo == nullptr) continue;
    for (int view = 0; view < views; ++view, ++at) {
      write_pixels(preprocess, make(*photo, index, view), batch.images.values().subspan(at * shape.item(), shape.item()));
    }
    batch.labels.push_back(photos.label(index));
  }
  if (batch.labels.size() == indices.size()) return;
  shape.n = static_cast<int>(batch.labels.size()) * views;
  batch.images = Tensor(shape, batch.images.values().first(shape.size()));
}

BatchLoader::Fill batches_of(PhotoStore& photos, const Preprocess& preprocess, std::vector<std::size_t> indices, int size, int views,
                             MakeView make) {
  return [&photos, preprocess, indices = std::move(indices), size, views, make = std::move(make)](int index, Batch& batch) {
    const auto [first, end] = batch_range(indices.size(), size, index);
    fill_batch(photos, preprocess, std::span(indices).subspan(first, end - first), views, make, batch);
  };
}

BatchLoader::Fill centre_batches(PhotoStore& photos, const Preprocess& preprocess, std::vector<std::size_t> indices, int size) {
  const MakeView make = [preprocess](const Image& photo, std::size_t, int) { return centre_view(preprocess, photo); };
  return batches_of(photos, preprocess, std::move(indices), size, 1, make);
}

BatchLoader::Fill own_batches(const Shard& shard, BatchLoader::Fill fill) {
  return [shard, fill = std::move(fill)](int index, Batch& batch) {
    fill(static_cast<int>(shard.at(static_cast<std::size_t>(index))), batch);
  };
}

std::vector<std::size_t> places(std::size_t first, std::size_t end) {
  std::vector<std::size_t> result(end - first);
  std::iota(result.begin(), result.end(), first);
  return result;
}

int batch_count(std::size_t count, int size) {
  const auto wide = static_cast<std::size_t>(size);
  return static_cast<int>((count + wide - 1) / wide);
}

int batch_count(std::size_t count, int size, const Shard& shard) {
  return static_cast<int>(shard.share(static_cast<std::size_t>(batch_count(count, size))));
}

std::pair<std::size_t, std::size_t> batch_range(std::size_t count, int size, int batch) {
  const auto batches = static_cast<std::size_t>(batch_count(count, size));
  const auto index = static_cast<std::size_t>(batch);
  return {index * count / batches, (index + 1) * count / batches};
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, int epoch) {
  std::vector<std::size_t> order = places(0, count);
  Random random(seed, RandomUse::kOrder, static_cast<std::uint64_t>(epoch));
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(i))]);
  return order;
}

}  // namespace zf
