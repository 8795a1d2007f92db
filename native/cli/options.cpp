#include "native/cli/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "core/deconv/rules.h"
#include "core/exchange/import.h"
#include "core/tensor/error.h"
#include "core/tensor/threads.h"
#include "native/cli/photo_reader.h"

namespace zf::cli {

namespace {

/// Other programs' files, too, so that they are opened or refused as what they are.
bool is_model(const std::string& argument) { return is_model_path(argument); }

}  // namespace

std::vector<std::string> Options::models() const {
  std::vector<std::string> result;
  std::copy_if(arguments.begin(), arguments.end(), std::back_inserter(result), is_model);
  return result;
}

std::string Options::model() const {
  const std::vector<std::string> found = models();
  if (found.size() > 1) fail("expected one model, found {} and {}", found[0], found[1]);
  return found.empty() ? demo_model_path() : found.front();
}

std::vector<std::string> Options::inputs() const {
  std::vector<std::string> result;
  for (const std::string& argument : arguments) {
    if (!is_model(argument)) result.push_back(argument);
  }
  return result;
}

void add_backend_options(CLI::App& command, BackendOptions& options) {
  const std::vector<std::string> names = backend_names();
  // The last one holds, so that work can go on elsewhere (main.cpp).
  command.add_option("--backend", options.name, fmt::format("{}", fmt::join(names, ", ")))->capture_default_str()->take_last();
  command.add_option("--threads", options.threads, "CPU threads; 0 means all cores")
      ->check(CLI::Range(0, kMostThreads))
      ->capture_default_str();
  if (std::find(names.begin(), names.end(), "cuda") != names.end()) {
    command.add_flag("--tf32", options.tf32, "with cuda: faster products whose factors are rounded to tf32");
  }
}

void add_options(CLI::App& command, Options& options) {
  add_backend_options(command, options.backend);
  command.add_flag("--json", options.json, "print one JSON object and nothing else on stdout");
}

void add_arguments(CLI::App& command, Options& options, const std::string& inputs) {
  command.add_option("arguments", options.arguments, "MODEL.safetensors or MODEL.onnx (the demo model without one) and " + inputs)
      ->type_name("");
}

std::vector<std::string> ImageOptions::images() const { return input_npy.empty() ? inputs() : std::vector{input_npy}; }

void add_images(CLI::App& command, ImageOptions& options, const std::string& inputs) {
  add_arguments(command, options, inputs);
  command.add_option("--input-npy", options.input_npy, "float32 1xCxHxW array, already preprocessed, in place of an image");
  add_photo_limit(command);
}

Rule ProjectionOptions::backward_rule() const { return rule_named(rule).value(); }

void add_projection_options(CLI::App& command, ProjectionOptions& options) {
  std::vector<std::string> rules;
  for (const Rule known : kRules) rules.push_back(name_of(known));
  command.add_option("--rule", options.rule, "how a signal goes back through a ReLU")->check(CLI::IsMember(rules))->capture_default_str();
  command.add_flag("--lrn-derivative", options.lrn_derivative, "differentiate normalisation layers instead of passing them");
}

std::string demo_model_path() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = program.parent_path().parent_path() / "share/zfscope/demo.safetensors";
  if (!error && fs::exists(installed, error)) return installed.string();
  return ZF_ASSETS_DIR "/demo.safetensors";
}

}  // namespace zf::cli
