#include "native/cli/import_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/io/atomic_file.h"
#include "core/nn/net.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"
#include "native/cli/oracle/oracle.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

/// The input as our network takes it.
Tensor maps_first(const Tensor& input, const Shape& expected, const std::string& path) {
  const Shape& found = input.shape();
  if (found == expected) return input;
  if (!(Shape{found.n, found.w, found.c, found.h} == expected)) {
    fail("{}: expected an array of {}, found {}", path, to_string(expected), to_string(found));
  }
  Tensor turned(expected);
  for (int c = 0; c < expected.c; ++c) {
    for (int y = 0; y < expected.h; ++y) {
      for (int x = 0; x < expected.w; ++x) turned.at(0, c, y, x) = input.at(0, y, x, c);
    }
  }
  return turned;
}

/// The largest difference beside the largest value; infinite where sizes differ.
double difference(std::span<const float> found, std::span<const float> expected) {
  if (found.size() != expected.size()) return INFINITY;
  double most = 0;
  double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    most = std::max(most, std::abs(double{found[i]} - double{expected[i]}));
    largest = std::max(largest, std::abs(double{expected[i]}));
  }
  return most / std::max(largest, 1e-30);
}

/// A file of Caffe with the one beside it; OpenCV wants both.
CaffeFiles both_files(const std::string& file, const ImportOptions& options) {
  CaffeFiles files = find_caffe_files(file, options.weights);
  if (files.network.empty()) fail("{}: expected the prototxt, too, for OpenCV to read, found none", file);
  return files;
}

}  // namespace

void check_import(const std::string& file, const std::string& input, const ImportOptions& options, const BackendOptions& backend_options) {
  const bool is_caffe = is_caffe_path(file);
  const CaffeFiles files = is_caffe ? both_files(file, options) : CaffeFiles{file, {}};
  NetworkParts parts = is_caffe ? import_caffe_network(file, options) : import_onnx_network(file, options);
  const Tensor given = decode_npy(read_file(input), input);
  const Tensor maps = maps_first(given, parts.network.input, input);
  const OracleOutputs expected = run_oracle(files.network.string(), files.weights.string(), given, parts.sources);
  const std::unique_ptr<Backend> backend = open_backend(backend_options);
  const Net net(*backend, parts.network, std::move(parts.parameters));
  DeviceTensor x;
  Trace trace;
  backend->upload(maps, x);
  net.forward(x, trace);
  const auto last = static_cast<int>(parts.network.layers.size()) - 1;
  for (int layer = 0; layer <= last; ++layer) {
    const auto& theirs = expected.of_nodes[static_cast<std::size_t>(layer)];
    // What a ReLU has been done to in place is the ReLU's output.
    if (!theirs || net.rectified(layer)) continue;
    const Tensor ours = backend->download(trace.output(layer));
    if (ours.size() != theirs->size()) continue;
    fmt::print("  {:<40} {:.1e}\n", parts.network.layers[static_cast<std::size_t>(layer)].name, difference(ours.values(), *theirs));
  }
  const Tensor scores = backend->download(trace.output(last));
  fmt::print("check: largest difference of the scores from OpenCV's, relative to the largest score: {:.1e}\n",
             difference(scores.values(), expected.scores));
}

}  // namespace zf::cli
