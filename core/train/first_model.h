#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/io/model.h"
#include "core/train/training_choice.h"

namespace zf {

/// Where a run's network comes from.
struct FirstModelChoice {
  std::string architecture = "zfnet";
  std::string from;          ///< a model's file, kScratch, or empty: the demo model where there are few photos
  bool own_network = false;  ///< whether anything was chosen of what the network looks like
  std::string demo;          ///< the demo model's file
};
inline constexpr const char* kScratch = "scratch";

struct FirstModel {
  Model model;
  std::vector<std::string> notes;  ///< what was taken from where
};

/// The model that a run starts from: another one's network with new class scores or, where its looks were chosen, a network of the zoo with
/// the weights that fit. `open` opens a model's file. Throws where nothing fits.
[[nodiscard]] FirstModel first_model(const TrainingChoice& choice, const FirstModelChoice& first, const Recipe& recipe,
                                     const Dataset& dataset, const std::function<Model(const std::string&)>& open);

}  // namespace zf
