#include <algorithm>

#include "core/exchange/class_names.h"
#include "core/exchange/import.h"
#include "core/exchange/network_parts.h"
#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_graph.h"
#include "core/exchange/onnx_lower.h"
#include "core/exchange/onnx_patterns.h"
#include "core/exchange/refused_node.h"
#include "core/io/atomic_file.h"
#include "core/io/network_json.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 31;

/// A file's network with what it says about itself.
struct Read {
  NetworkParts parts;
  std::vector<std::string> notes;
  std::map<std::string, std::string> metadata;
};

Read read(std::span<const std::byte> bytes, const std::string& name, const std::filesystem::path& folder, const ImportOptions& options) {
  const onnx::FileMessage file = onnx::read_onnx(bytes, name, folder);
  onnx::Graph graph = onnx::build_graph(file, {options.size, options.output, options.max_folded});
  Read read;
  try {
    onnx::join_patterns(graph);
    read.parts = onnx::lower(graph);
    // Ours has the layers that it shall have.
    if (!file.is_ours()) simplify(read.parts);
  } catch (const RefusedNode& refused) {
    throw refused.in(name);
  } catch (const Error& error) {
    fail("{}: {}", name, error.what());
  }
  read.parts.network.name = std::filesystem::path(name).stem().string();
  read.notes = std::move(graph.notes);
  if (file.is_ours()) read.metadata = file.metadata;
  if (!file.is_ours()) {
    read.metadata["zfscope.imported"] =
        fmt::format("ONNX, opset {}{}{}", file.opset, file.producer.empty() ? "" : " by ", quotable(file.producer));
  }
  return read;
}

/// What is usual, and why.
std::pair<std::string, std::string> usual_preset(const ImportedModel& imported, bool scales) {
  if (!scales) return {"imagenet-torch", "the usual one; `zfscope import FILE --try PHOTO` compares it with the others"};
  constexpr float kLargestOfUnit = 2;  // standard deviations of values of 0 to 1 are below
  const bool is_bytes = 1 / imported.input_scale[0] > kLargestOfUnit || -imported.input_shift[0] / imported.input_scale[0] > kLargestOfUnit;
  return is_bytes ? std::pair{"raw", "the file's first nodes normalise values of 0 to 255"}
                  : std::pair{"unit", "the file's first nodes normalise values of 0 to 1"};
}

void choose_preprocess(ImportedModel& imported, bool scales, const PreprocessChoice& choice, const std::optional<Description>& ours) {
  const bool is_asked = choice.changes() || choice.resize || !choice.preset.empty();
  if (ours && !is_asked && ours->preprocess.input() == imported.model.network.input) {
    imported.model.preprocess = ours->preprocess;
    imported.notes.emplace_back("preprocessing: the file's own");
    return;
  }
  auto [preset, why] = usual_preset(imported, scales);
  if (!choice.preset.empty()) {
    preset = choice.preset;
    why = "as asked";
  }
  const Preset& found = find_preset(preset);
  imported.model.preprocess = preprocess_of(imported, found, choice);
  imported.notes.push_back(
      fmt::format("preprocessing: {} ({}), {}{}", found.name, found.meaning, why, choice.changes() ? ", with changes" : ""));
}

void choose_classes(ImportedModel& imported, const std::vector<std::string>& classes, const std::optional<Description>& ours) {
  const Network& network = imported.model.network;
  const Shape scores = output_shapes(network)[static_cast<std::size_t>(logits_layer(network))];
  const std::size_t count = scores.item();
  if (scores.plane() != 1) fail("expected a score a class at the end, found maps {}", to_string(scores));
  if (ours && classes.empty() && ours->classes.size() == count) {
    imported.model.classes = ours->classes;
    imported.notes.emplace_back("classes: the file's own");
    return;
  }
  imported.model.classes = classes.empty() ? default_classes(count) : classes;
  const bool known = classes.empty() && imported.model.classes.front() != "class 0";
  if (imported.model.classes.size() != count) fail("expected {} classes, one a score, found {}", count, imported.model.classes.size());
  imported.notes.push_back(fmt::format("classes: {}", !classes.empty() ? "as asked"
                                                      : known          ? "ImageNet's, of which there are as many"
                                                                       : "numbered; --classes FILE names them"));
}

ImportedModel import(std::span<const std::byte> bytes, const std::string& name, const std::filesystem::path& folder,
                     const ImportOptions& options) {
  Read found = read(bytes, name, folder, options);
  const Shape& input = found.parts.network.input;
  if (input.c != 3 && input.c != 1) fail("{}: expected images of 1 or 3 channels as input, found {}", name, to_string(input));
  ImportedModel imported;
  imported.notes = std::move(found.notes);
  std::optional<Description> ours;
  if (const auto text = found.metadata.extract(kDescriptionKey)) ours = parse_description(text.mapped(), name);
  const std::optional<ChannelScaling> scaling = ours ? std::nullopt : take_input_scaling(found.parts);
  if (scaling) {
    imported.input_scale = scaling->scale;
    imported.input_shift = scaling->shift;
  }
  imported.model.network = std::move(found.parts.network);
  imported.model.parameters = std::move(found.parts.parameters);
  imported.model.metadata = std::move(found.metadata);
  if (ours) imported.model.known = ours->known;
  try {
    choose_preprocess(imported, scaling.has_value(), options.preprocess, ours);
    choose_classes(imported, options.classes, ours);
  } catch (const Error& error) {
    fail("{}: {}", name, error.what());
  }
  check(Description{imported.model.network, imported.model.classes, imported.model.preprocess}, name);
  return imported;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::absolute(path, error).parent_path();
}

}  // namespace

// a (v s - m) / d + b
Preprocess preprocess_of(const ImportedModel& imported, const Preset& preset, const PreprocessChoice& choice) {
  Preprocess preprocess = make_preprocess(preset, choice, imported.model.network.input);
  for (std::size_t c = 0; c < static_cast<std::size_t>(preprocess.channels()); ++c) {
    preprocess.mean[c] -= imported.input_shift[c] * preprocess.std[c] / imported.input_scale[c];
    preprocess.std[c] /= imported.input_scale[c];
  }
  return preprocess;
}

ImportedModel import_onnx(const std::filesystem::path& path, const ImportOptions& options) {
  const std::vector<std::byte> bytes = read_file(path, kLargestFile);
  return import(bytes, path.string(), folder_of(path), options);
}

ImportedModel import_onnx(std::span<const std::byte> bytes, const std::string& name, const ImportOptions& options) {
  return import(bytes, name, {}, options);
}

NetworkParts import_onnx_network(const std::filesystem::path& path, const ImportOptions& options) {
  const std::vector<std::byte> bytes = read_file(path, kLargestFile);
  return read(bytes, path.string(), folder_of(path), options).parts;
}

NetworkParts import_onnx_network(std::span<const std::byte> bytes, const std::string& name, const ImportOptions& options) {
  return read(bytes, name, {}, options).parts;
}

}  // namespace zf
