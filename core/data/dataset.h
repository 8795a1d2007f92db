#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/photo_files.h"

namespace zf {

/// A photo file and its class.
struct Sample {
  std::string path;
  int label = 0;
};

/// Photos and their classes.
struct Dataset {
  std::vector<std::string> classes;
  std::vector<Sample> samples;
  std::vector<Skipped> skipped{};
};

enum class Split : std::uint8_t {
  kTrain,       ///< `train/`
  kValidation,  ///< `val/`, or `test/` where there is no `val/`
};

/// The photos at any depth below `directory`/SPLIT/<class>, in the order of their names, as find_photos() has them. Labels count the
/// folders by name, or are those that find_class gives the folders' names in `classes` where that is not empty; classes without a folder
/// are fine then. A folder without photos is no class. Throws where the split is missing, holds no class or no photo, or names classes that
/// `classes` does not know.
[[nodiscard]] Dataset list_dataset(const std::string& directory, Split split, std::span<const std::string> classes = {});

/// The class of `classes` after which a photo's folder is named, the first from the photo upwards that is; -1 where none is.
[[nodiscard]] int folder_label(const std::string& path, std::span<const std::string> classes);

/// How many photos, and a number that changes when one of them is renamed or moved to another class.
[[nodiscard]] std::string fingerprint(const Dataset& dataset);

}  // namespace zf
