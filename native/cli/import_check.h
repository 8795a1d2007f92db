#pragma once

#include <string>

#include "core/exchange/import.h"
#include "native/backends/backends.h"

namespace zf::cli {

/// Runs a file of ONNX or Caffe on an input (1, C, H, W), or (1, H, W, C) where the file has it so, by OpenCV and as we import it; prints
/// the largest difference of the scores and, where OpenCV has nodes of the same names, of layers, relative to the largest value.
void check_import(const std::string& file, const std::string& input, const ImportOptions& options, const BackendOptions& backend);

}  // namespace zf::cli
