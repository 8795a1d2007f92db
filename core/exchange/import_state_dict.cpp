#include <algorithm>

#include "core/exchange/complete.h"
#include "core/exchange/import.h"
#include "core/exchange/torchvision.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr int kUsualSide = 224;
constexpr int kMostSide = 1 << 14;
constexpr const char* kOnnxInstead =
    "Of any other network make an ONNX file. In Python, with the model built and its weights loaded:\n"
    "  model.eval()\n"
    "  torch.onnx.export(model, torch.zeros(1, 3, 224, 224), \"model.onnx\", opset_version=17)";

const TorchFamily& family_of(const StateDict& dict) {
  const auto families = torch_families();
  const auto found = std::find_if(families.begin(), families.end(), [&](const TorchFamily& family) {
    return std::all_of(family.marks.begin(), family.marks.end(), [&](const std::string& mark) { return dict.has(mark); });
  });
  if (found != families.end()) return *found;
  std::vector<std::string_view> names;
  for (const TorchFamily& family : families) names.push_back(family.name);
  fail(
      "{}: expected a network's description, as zfscope writes it (\"zfscope.network\"), or the tensors of a network of torchvision's "
      "names "
      "({}), found \"{}\" and others. {}",
      dict.file(), fmt::join(names, ", "), fmt::join(dict.examples(), "\", \""), kOnnxInstead);
}

/// Says which tensors the network has no use for.
std::string ignored_note(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 3;
  const std::size_t shown = std::min(kMost, names.size());
  std::vector<std::string> examples;
  for (std::size_t i = 0; i < shown; ++i) examples.push_back(quotable(names[i]));
  return fmt::format("ignored, as the network has no such modules: {}; {} in all", fmt::join(examples, ", "), names.size());
}

FoundNetwork read(SafetensorsReader& reader, const ImportOptions& options) {
  if (!options.output.empty()) {
    fail("{}: expected no output to end with (--output), which ONNX files have, found \"{}\"", reader.name(), options.output);
  }
  if (options.size > kMostSide) fail("{}: expected images of at most {} pixels, found {}", reader.name(), kMostSide, options.size);
  StateDict dict(reader);
  const TorchFamily& family = family_of(dict);
  ModuleBuilder builder(dict, family.marks.front(), options.size > 0 ? options.size : kUsualSide);
  const std::string what = family.build(builder);
  const std::vector<std::string> ignored = dict.unread();
  FoundNetwork found;
  found.parts = builder.finish();
  found.origin = "PyTorch state dict of " + what;
  found.parts.network.name = std::filesystem::path(reader.name()).stem().string();
  found.preset = family.preset;
  found.why = family.why;
  found.notes.push_back(fmt::format("network: {}, by the names and shapes of its tensors", what));
  if (!ignored.empty()) found.notes.push_back(ignored_note(ignored));
  return found;
}

}  // namespace

ImportedModel import_state_dict(SafetensorsReader& reader, const ImportOptions& options) {
  return complete(read(reader, options), reader.name(), options);
}

NetworkParts import_state_dict_network(SafetensorsReader& reader, const ImportOptions& options) { return read(reader, options).parts; }

}  // namespace zf
