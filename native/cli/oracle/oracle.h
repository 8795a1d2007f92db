#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace zf::cli {

/// Another program's way through a model file, which shares nothing with ours.
struct OracleOutputs {
  std::vector<float> scores;                                ///< the file's last output
  std::vector<std::optional<std::vector<float>>> of_nodes;  ///< by name; none where the program has no such node
};

/// Whether there is one in this build.
[[nodiscard]] bool has_oracle();

/// Runs an ONNX file, or Caffe's prototxt with its `weights`, on `input` and reads the values after some of its nodes. Throws where the
/// program cannot.
[[nodiscard]] OracleOutputs run_oracle(const std::string& path, const std::string& weights, const Tensor& input,
                                       const std::vector<std::string>& nodes);

}  // namespace zf::cli
