#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
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
  std::filesystem::path weights{};                ///< the other one of Caffe's two files; empty: beside the first, of the same name
  FileMapper map{};                               ///< how files are mapped; none: they are read
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

/// A model of the state dict of a PyTorch module, in torchvision's names (core/exchange/torchvision.h says which). What the network is
/// follows from the tensors' names and shapes; a tensor that does not fit is refused with its name, shape and the expected shape.
[[nodiscard]] ImportedModel import_state_dict(SafetensorsReader& reader, const ImportOptions& options = {});
[[nodiscard]] NetworkParts import_state_dict_network(SafetensorsReader& reader, const ImportOptions& options = {});

/// Reads a network of Caffe: a prototxt with its caffemodel, or a caffemodel that holds its own network, in the phase TEST. Layers of the
/// format V1 and the current one. What our layers cannot say is refused with the layer's name and the types that they can.
[[nodiscard]] ImportedModel import_caffe(const std::filesystem::path& path, const ImportOptions& options = {});
/// The same from memory. `prototxt` empty: the weights' own network.
[[nodiscard]] ImportedModel import_caffe(std::string_view prototxt, std::span<const std::byte> weights, const std::string& name,
                                         const ImportOptions& options = {});

/// The network of Caffe's files alone, with any input that our layers take.
[[nodiscard]] NetworkParts import_caffe_network(const std::filesystem::path& path, const ImportOptions& options = {});
[[nodiscard]] NetworkParts import_caffe_network(std::string_view prototxt, std::span<const std::byte> weights, const std::string& name,
                                                const ImportOptions& options = {});

/// Caffe's two files, of which one may be none.
struct CaffeFiles {
  std::filesystem::path network;  ///< .prototxt
  std::filesystem::path weights;  ///< .caffemodel
};
/// Whether a path ends as one of them does.
[[nodiscard]] bool is_caffe_path(const std::filesystem::path& path);
/// Both files where one is named, with the other or beside it under the same name. Throws where there are no weights.
[[nodiscard]] CaffeFiles find_caffe_files(const std::filesystem::path& path, const std::filesystem::path& other = {});

/// Opens a model file of any kind that can be read, ours, a state dict, ONNX or Caffe, by its first bytes. Throws where it is another's,
/// with what to do.
[[nodiscard]] ImportedModel load_any_model(const std::filesystem::path& path, const ImportOptions& options = {});

/// The same for running and not for changing: a model of ours keeps its weights as open_model() gives them, in `stored`.
[[nodiscard]] ImportedModel open_any_model(const std::filesystem::path& path, const ImportOptions& options = {});

/// Whether a path ends as model files do, ours or others': those that load_any_model() opens, and those that it knows to refuse.
[[nodiscard]] bool is_model_path(const std::filesystem::path& path);

}  // namespace zf
