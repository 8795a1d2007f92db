#pragma once

#include <string>

#include "core/data/dataset.h"
#include "core/data/photo_store.h"
#include "core/io/preprocess.h"
#include "core/nn/zoo.h"
#include "core/train/recipe.h"

namespace zf {

/// What whoever starts a training run may choose: the data, the size of the networks, the recipe.
struct TrainingChoice {
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

/// Warm-up takes a tenth of all steps at most, so that few photos are trained on, too.
[[nodiscard]] Recipe for_photos(Recipe recipe, std::size_t photos);

/// A data set that networks train on, as far as its photos fit into choice.memory_gb.
struct TrainingPhotos {
  TrainingPhotos(const TrainingChoice& choice, const Recipe& recipe, const Preprocess& preprocess, const Dataset& train, const Dataset& val,
                 const ImageDecoder& decoder);
  PhotoStore training;
  PhotoStore validation;
};

}  // namespace zf
