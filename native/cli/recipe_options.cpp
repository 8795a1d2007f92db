#include "native/cli/recipe_options.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "native/cli/photo_reader.h"

namespace zf::cli {

namespace {

/// Mean of natural photos per channel, 0-255; a model that training starts from brings its own.
constexpr std::array<float, 3> kPhotoMean = {123.7F, 116.8F, 103.9F};
constexpr float kGreyMean = 117.4F;  ///< of their luminance

/// Bytes of decoded photos to keep of one part of the data.
std::size_t share(const TrainingOptions& options, const Dataset& part, const Dataset& other) {
  const auto memory = static_cast<std::size_t>(options.memory_gb * 1e9);
  return memory / (part.samples.size() + other.samples.size()) * part.samples.size();
}

/// The shorter side that training photos are kept at.
int kept_side(const Recipe& recipe, const Preprocess& preprocess) {
  // Small crops of photos twice as large as the input still have its resolution.
  const int source = recipe.crops == Crops::kResized ? 2 * std::max(preprocess.crop.h, preprocess.crop.w) : 0;
  return std::max(preprocess.longest_side(), source);
}

}  // namespace

Recipe TrainingOptions::recipe() const {
  Recipe recipe = numbers;
  recipe.schedule = schedule_from(schedule);
  recipe.initialisation = initialisation_from(initialisation);
  recipe.crops = crops_from(crops);
  check(recipe);
  return recipe;
}

Preprocess TrainingOptions::preprocess() const {
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

TrainingPhotos::TrainingPhotos(const TrainingOptions& options, const Recipe& recipe, const Preprocess& preprocess, const Dataset& train,
                               const Dataset& val, const ImageDecoder& decoder)
    : training(train, decoder, {kept_side(recipe, preprocess), share(options, train, val)}),
      validation(val, decoder, {preprocess.longest_side(), share(options, val, train)}) {}

void add_network_options(CLI::App& command, TrainingOptions& options) {
  add_photo_limit(command);
  command.add_option("--data", options.data, "folder with train/CLASS/* and val/CLASS/* (or test/)")->required();
  command.add_option("--size", options.zoo.size, "pixels a side of the network's input")->check(CLI::PositiveNumber)->capture_default_str();
  command.add_option("--across", options.zoo.across, "pixels of a row of the input, where it is not square")->check(CLI::PositiveNumber);
  command.add_flag_callback(
      "--grey", [&options] { options.zoo.channels = 1; }, "a network for grey pictures: one channel");
  command.add_option("--width", options.zoo.width, "factor on the maps of every convolution")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--fc", options.zoo.fc, "units of fc6 and fc7")->check(CLI::PositiveNumber)->capture_default_str();
  command.add_option("--resize", options.resize, "shorter side of a photo before the centre crop (default: size x 256/224)")
      ->check(CLI::PositiveNumber);
  command.add_option("--std", options.std, "what pixels are divided by after the mean is taken off; 1 as in the paper")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_recipe_options(CLI::App& command, TrainingOptions& options) {
  Recipe& r = options.numbers;
  command.add_option("--epochs", r.epochs, "passes over the photos")->capture_default_str();
  command.add_option("--batch", r.batch, "photos a step")->capture_default_str();
  command.add_option("--rate", r.rate, "learning rate at its highest")->capture_default_str();
  command.add_option("--momentum", r.momentum, "share of the last step in the next")->capture_default_str();
  command.add_option("--decay", r.decay, "weight decay, not on biases")->capture_default_str();
  command.add_option("--schedule", options.schedule, "cosine, plateau or constant")->capture_default_str();
  command.add_option("--patience", r.patience, "plateau: epochs without a better validation error before the rate is a tenth")
      ->capture_default_str();
  command.add_option("--warmup", r.warmup, "steps over which the rate rises from 0; of train a tenth of all at most")
      ->capture_default_str();
  command.add_option("--init", options.initialisation, "he or paper (0.01 everywhere)")->capture_default_str();
  command.add_option("--crops", options.crops, "resized (30-100 % of the area) or paper (one of ten)")->capture_default_str();
  command.add_option("--jitter", r.jitter, "how far brightness, contrast and saturation change (0-1)")->capture_default_str();
  command.add_option("--filter-limit", r.filter_limit, "largest RMS of a convolution's filter for inputs of 0-255; 0 for none")
      ->capture_default_str();
  command.add_option("--seed", r.seed, "of everything random")->capture_default_str();
  command.add_option("--memory", options.memory_gb, "GB of decoded photos to keep")->check(CLI::NonNegativeNumber)->capture_default_str();
}

}  // namespace zf::cli
