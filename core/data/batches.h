#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "core/data/batch_loader.h"
#include "core/data/photo_store.h"
#include "core/data/shard.h"
#include "core/io/preprocess.h"

namespace zf {

/// Makes view number `view` of a photo, preprocess.crop pixels a side. `index` is the photo's place in its dataset.
using MakeView = std::function<Image(const Image& photo, std::size_t index, int view)>;

/// Fills `batch` with `views` preprocessed views of each of the photos `indices`, one after the other, and with one label a
/// photo. Photos that cannot be read are left out, so that a batch may be smaller, or empty.
void fill_batch(PhotoStore& photos, const Preprocess& preprocess, std::span<const std::size_t> indices, int views, const MakeView& make,
                Batch& batch);

/// Batches of at most `size` of the photos `indices` in their order, each with `views` views. `photos` must outlive it.
[[nodiscard]] BatchLoader::Fill batches_of(PhotoStore& photos, const Preprocess& preprocess, std::vector<std::size_t> indices, int size,
                                           int views, MakeView make);
/// The same with what the network sees of each photo.
[[nodiscard]] BatchLoader::Fill centre_batches(PhotoStore& photos, const Preprocess& preprocess, std::vector<std::size_t> indices,
                                               int size);

/// Of the batches that `fill` makes, the shard's own: its number 0 is batch shard.at(0), and so on.
[[nodiscard]] BatchLoader::Fill own_batches(const Shard& shard, BatchLoader::Fill fill);

/// The places from `first` to `end` - 1.
[[nodiscard]] std::vector<std::size_t> places(std::size_t first, std::size_t end);

/// The places [first, end) of batch number `batch` when `count` things are dealt into batches of at most `size`, as equal as
/// can be.
[[nodiscard]] std::pair<std::size_t, std::size_t> batch_range(std::size_t count, int size, int batch);
[[nodiscard]] int batch_count(std::size_t count, int size);
/// How many of the batches are the shard's own. Batches are dealt whole, since the last bits of a photo's values follow from the batch that
/// it runs in: kernels are chosen by size, and tiles reach across photos.
[[nodiscard]] int batch_count(std::size_t count, int size, const Shard& shard);

/// The order of `count` photos in an epoch: a permutation that follows from seed and epoch.
[[nodiscard]] std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, int epoch);

}  // namespace zf
