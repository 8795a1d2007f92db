#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/nn/backward.h"
#include "native/backends/backends.h"

namespace zf::cli {

/// What every command understands.
struct Options {
  BackendOptions backend;
  bool json = false;
  std::vector<std::string> arguments;  ///< positional: the model and the command's inputs, in any order

  /// The arguments that end as model files do.
  [[nodiscard]] std::vector<std::string> models() const;
  /// The argument that ends as model files do, or the demo model's path. Throws where there are several.
  [[nodiscard]] std::string model() const;
  /// The other arguments.
  [[nodiscard]] std::vector<std::string> inputs() const;
};

/// Adds --backend, --threads and --tf32.
void add_backend_options(CLI::App& command, BackendOptions& options);
/// Adds those and --json.
void add_options(CLI::App& command, Options& options);
/// Adds the positional arguments; `inputs` names them in the help, such as "IMAGE...".
void add_arguments(CLI::App& command, Options& options, const std::string& inputs);

/// Of commands that take images.
struct ImageOptions : Options {
  std::string input_npy;

  /// The array's file where one is given, else the inputs.
  [[nodiscard]] std::vector<std::string> images() const;
};

/// Adds the positional arguments, --input-npy and --max-megapixels.
void add_images(CLI::App& command, ImageOptions& options, const std::string& inputs);

/// How projections go back through a net.
struct ProjectionOptions {
  std::string rule = "deconvnet";
  bool lrn_derivative = false;

  [[nodiscard]] Rule backward_rule() const;
  [[nodiscard]] LrnBackward lrn() const { return lrn_derivative ? LrnBackward::kDerivative : LrnBackward::kPass; }
};

/// Adds --rule and --lrn-derivative.
void add_projection_options(CLI::App& command, ProjectionOptions& options);

/// The model that ships in assets: beside the installed program, else in the source tree.
[[nodiscard]] std::string demo_model_path();

}  // namespace zf::cli
