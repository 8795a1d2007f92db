#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/io/model.h"

namespace zf {

/// Protocol buffers end at 2 GiB.
inline constexpr std::uint64_t kLargestOnnx = (std::uint64_t{1} << 31) - 1;

/// What an ONNX file that we wrote is called with.
struct ExportedOnnx {
  std::string input;   ///< images (batch, C, H, W), preprocessed
  std::string output;  ///< what the network ends with (batch, classes)
  std::int64_t opset = 0;
  std::uint64_t bytes = 0;
};

/// Writes a model as an ONNX file that computes the same, whole or not at all. A layer is a node of its name, or several of which the
/// last has it; metadata holds the model's description, so that import_onnx() gives back the same layers, classes and preprocessing.
/// Throws where parameters are missing or the file would be larger than `largest`.
ExportedOnnx export_onnx(const std::filesystem::path& path, const Model& model, std::uint64_t largest = kLargestOnnx);

}  // namespace zf
