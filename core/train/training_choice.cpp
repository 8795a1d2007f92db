#include "core/train/training_choice.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace zf {

namespace {

/// Mean of natural photos per channel, 0-255; a model that training starts from brings its own.
constexpr std::array<float, 3> kPhotoMean = {123.7F, 116.8F, 103.9F};
constexpr float kGreyMean = 117.4F;  ///< of their luminance

/// Bytes of decoded photos to keep of one part of the data.
std::size_t share(const TrainingChoice& choice, const Dataset& part, const Dataset& other) {
  const auto memory = static_cast<std::size_t>(choice.memory_gb * 1e9);
  return memory / (part.samples.size() + other.samples.size()) * part.samples.size();
}

/// The shorter side that training photos are kept at.
int kept_side(const Recipe& recipe, const Preprocess& preprocess) {
  // Small crops of photos twice as large as the input still have its resolution.
  const int source = recipe.crops == Crops::kResized ? 2 * std::max(preprocess.crop.h, preprocess.crop.w) : 0;
  return std::max(preprocess.longest_side(), source);
}

}  // namespace

Recipe TrainingChoice::recipe() const {
  Recipe recipe = numbers;
  recipe.schedule = schedule_from(schedule);
  recipe.initialisation = initialisation_from(initialisation);
  recipe.crops = crops_from(crops);
  check(recipe);
  return recipe;
}

Preprocess TrainingChoice::preprocess() const {
  Preprocess preprocess;
  preprocess.crop = zoo.input().map();
  const int side = std::min(preprocess.crop.h, preprocess.crop.w);
  preprocess.resize = resize > 0 ? resize : static_cast<int>(std::lround(side * 256.0 / 224.0));
  preprocess.mean = kPhotoMean;
  preprocess.std = {std, std, std};
  if (zoo.channels == 1) {
    preprocess.order = "grey";
    preprocess.mean = {kGreyMean};
    preprocess.std = {std, 1, 1};
  }
  return preprocess;
}

Recipe for_photos(Recipe recipe, std::size_t photos) {
  const auto steps = static_cast<int>((photos + static_cast<std::size_t>(recipe.batch) - 1) / static_cast<std::size_t>(recipe.batch));
  recipe.warmup = std::min(recipe.warmup, std::max(steps * recipe.epochs / 10, 1));
  return recipe;
}

TrainingPhotos::TrainingPhotos(const TrainingChoice& choice, const Recipe& recipe, const Preprocess& preprocess, const Dataset& train,
                               const Dataset& val, const ImageDecoder& decoder)
    : training(train, decoder, {kept_side(recipe, preprocess), share(choice, train, val)}),
      validation(val, decoder, {preprocess.longest_side(), share(choice, val, train)}) {}

}  // namespace zf
