#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/train/dataset.h"

namespace zf::cli {

/// The photos of an experiment: files, or some of a data folder.
struct PhotoOptions {
  std::string data;
  int count = 100;
};

/// Adds --data and --count.
void add_photo_options(CLI::App& command, PhotoOptions& options);

/// The files, or `count` of the validation photos of `data`, evenly spaced through all of them. A label is the class after
/// which the photo's folder is named, -1 where it is named after none of `classes`. None where neither is given.
/// Throws where both are.
[[nodiscard]] std::vector<Sample> choose_photos(const PhotoOptions& options, const std::vector<std::string>& files,
                                                const std::vector<std::string>& classes, const std::string& command);

}  // namespace zf::cli
