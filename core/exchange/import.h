#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/exchange/network_parts.h"
#include "core/exchange/presets.h"
#include "core/io/model.h"

namespace zf {

/// What another program's file does not say.
struct ImportOptions {
  PreprocessChoice preprocess{};
  std::vector<std::string> classes{};             ///< empty: default_classes()
  int size = 0;                                   ///< height and width of the images where the file leaves them open
  std::string output{};                           ///< the value of the file that the network ends with; empty: the file's first output
  std::size_t max_folded = std::size_t{1} << 28;  ///< numbers that folding constants may make
};

struct ImportedModel {
  Model model;
  std::vector<std::string> notes;  ///< what was chosen, and why
  /// Factors and summands of the channels with which the file's own network begins. They are part of the preprocessing.
  std::array<float, 3> input_scale{1, 1, 1};
  std::array<float, 3> input_shift{};
};

/// Preprocessing by another preset, the network's own beginning included.
[[nodiscard]] Preprocess preprocess_of(const ImportedModel& imported, const Preset& preset, const PreprocessChoice& choice);

/// Reads an ONNX file of opset 6 to 20. Operators become our layers or are folded away, nothing is guessed: what our layers cannot say is
/// refused with the node's name and the operators that they can (RefusedNode). External data is read from the file's folder only.
[[nodiscard]] ImportedModel import_onnx(const std::filesystem::path& path, const ImportOptions& options = {});
/// The same from bytes in memory; `name` stands in errors, and without its ending is the network's name.
[[nodiscard]] ImportedModel import_onnx(std::span<const std::byte> bytes, const std::string& name, const ImportOptions& options = {});

/// The network of an ONNX file alone, with any input that our layers take: what comes before preprocessing and classes.
[[nodiscard]] NetworkParts import_onnx_network(const std::filesystem::path& path, const ImportOptions& options = {});
[[nodiscard]] NetworkParts import_onnx_network(std::span<const std::byte> bytes, const std::string& name,
                                               const ImportOptions& options = {});

/// Opens a model file of any kind that can be read, ours or ONNX, by its first bytes. Throws where it is another's, with what to do.
[[nodiscard]] ImportedModel load_any_model(const std::filesystem::path& path, const ImportOptions& options = {});

/// Whether a path ends as model files do, ours or others': those that load_any_model() opens, and those that it knows to refuse.
[[nodiscard]] bool is_model_path(const std::filesystem::path& path);

}  // namespace zf
