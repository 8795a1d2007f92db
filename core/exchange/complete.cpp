#include "core/exchange/complete.h"

#include <optional>
#include <tuple>
#include <utility>

#include "core/exchange/class_names.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The preset for networks that normalise their images themselves, and why.
std::pair<std::string, std::string> preset_of_scaling(const ChannelScaling& scaling) {
  constexpr float kLargestOfUnit = 2;  // standard deviations of values of 0 to 1 are below
  const bool is_bytes = 1 / scaling.scale[0] > kLargestOfUnit || -scaling.shift[0] / scaling.scale[0] > kLargestOfUnit;
  return is_bytes ? std::pair{"raw", "the file's first nodes normalise values of 0 to 255"}
                  : std::pair{"unit", "the file's first nodes normalise values of 0 to 1"};
}

void choose_preprocess(ImportedModel& imported, std::string preset, std::string why, const PreprocessChoice& choice,
                       const std::optional<Description>& ours) {
  const bool is_asked = choice.changes() || choice.resize || !choice.preset.empty();
  if (ours && !is_asked && ours->preprocess.input() == imported.model.network.input) {
    imported.model.preprocess = ours->preprocess;
    imported.notes.emplace_back("preprocessing: the file's own");
    return;
  }
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

}  // namespace

ImportedModel complete(FoundNetwork found, const std::string& name, const ImportOptions& options) {
  const Shape& input = found.parts.network.input;
  if (input.c != 3 && input.c != 1) fail("{}: expected images of 1 or 3 channels as input, found {}", name, to_string(input));
  ImportedModel imported;
  imported.notes = std::move(found.notes);
  if (const auto scaling = found.ours ? std::optional<ChannelScaling>() : take_input_scaling(found.parts)) {
    imported.input_scale = scaling->scale;
    imported.input_shift = scaling->shift;
    if (!found.keep_preset) std::tie(found.preset, found.why) = preset_of_scaling(*scaling);
  }
  imported.model.network = std::move(found.parts.network);
  imported.model.parameters = std::move(found.parts.parameters);
  imported.model.metadata = std::move(found.metadata);
  if (!found.origin.empty()) imported.model.metadata["zfscope.imported"] = std::move(found.origin);
  if (found.ours) imported.model.known = found.ours->known;
  try {
    choose_preprocess(imported, std::move(found.preset), std::move(found.why), options.preprocess, found.ours);
    choose_classes(imported, options.classes, found.ours);
  } catch (const Error& error) {
    fail("{}: {}", name, error.what());
  }
  check(Description{imported.model.network, imported.model.classes, imported.model.preprocess}, name);
  return imported;
}

// a (v s - m) / d + b
Preprocess preprocess_of(const ImportedModel& imported, const Preset& preset, const PreprocessChoice& choice) {
  Preprocess preprocess = make_preprocess(preset, choice, imported.model.network.input);
  for (std::size_t c = 0; c < static_cast<std::size_t>(preprocess.channels()); ++c) {
    preprocess.mean[c] -= imported.input_shift[c] * preprocess.std[c] / imported.input_scale[c];
    preprocess.std[c] /= imported.input_scale[c];
  }
  return preprocess;
}

}  // namespace zf
