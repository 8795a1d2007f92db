#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/data/dataset.h"
#include "core/data/photo_store.h"
#include "core/io/preprocess.h"
#include "core/nn/zoo.h"
#include "core/train/recipe.h"
#include "native/cli/options.h"

namespace zf::cli {

/// How commands that train read their options: the data, the size of the networks, the recipe.
struct TrainingOptions : Options {
  std::string data;
  std::string out;
  ZooOptions zoo;  ///< its classes follow from the data
  int resize = 0;
  float std = 58;
  double memory_gb = 3;
  std::string schedule = "cosine";
  std::string initialisation = "he";
  std::string crops = "resized";
  Recipe numbers;  ///< what of the recipe is not a name

  /// Throws where a name is unknown or a number makes no sense.
  [[nodiscard]] Recipe recipe() const;
  /// Of a net that no other one brings its preprocessing to.
  [[nodiscard]] Preprocess preprocess() const;
};

/// Adds --data, --max-megapixels, --size, --across, --grey, --width, --fc, --resize and --std.
void add_network_options(CLI::App& command, TrainingOptions& options);
/// Adds --epochs, --batch and the other settings of a recipe, and --memory.
void add_recipe_options(CLI::App& command, TrainingOptions& options);

/// A data set that networks train on, as far as its photos fit into options.memory_gb.
struct TrainingPhotos {
  TrainingPhotos(const TrainingOptions& options, const Recipe& recipe, const Preprocess& preprocess, const Dataset& train,
                 const Dataset& val, const ImageDecoder& decoder);
  PhotoStore training;
  PhotoStore validation;
};

}  // namespace zf::cli
