#include "native/cli/recipe_options.h"

#include "native/cli/photo_reader.h"

namespace zf::cli {

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
