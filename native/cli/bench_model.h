#pragma once

#include <string>
#include <vector>

#include "native/cli/options.h"

namespace zf::cli {

/// What bench_model() can time: "open", from the file to the first prediction; "forward_1" and "forward_32", batches of images;
/// "occlude_56_8", a map of the classifier's sensitivity.
[[nodiscard]] std::vector<std::string> model_works();

struct ModelTiming {
  std::string work;
  double least_ms = 0;      ///< of all runs; "open" and "occlude_56_8" run once
  double least_cpu_ms = 0;  ///< likewise, of all threads' processor time, which other programs disturb less
};

/// Times a model file. Throws where a work is none of model_works().
[[nodiscard]] std::vector<ModelTiming> bench_model(const Options& options, const std::vector<std::string>& works, int runs);

/// Smooth, non-trivial pixels.
[[nodiscard]] Tensor bench_images(int count, const Shape& input);

}  // namespace zf::cli
