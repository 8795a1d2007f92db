#include <algorithm>
#include <optional>

#include "core/exchange/caffe_graph.h"
#include "core/exchange/caffe_lowering.h"
#include "core/exchange/complete.h"
#include "core/exchange/import.h"
#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::uint64_t kLargestNetwork = std::uint64_t{1} << 24;
constexpr const char* kNetworkEnding = ".prototxt";
constexpr const char* kWeightsEnding = ".caffemodel";

/// Files in errors.
struct FileNames {
  std::string network;
  std::string weights;
};

struct Read {
  FoundNetwork found;
  std::optional<caffe::Transform> transform;
};

Read read(std::string_view prototxt, std::span<const std::byte> bytes, const FileNames& names, const ImportOptions& options) {
  const caffe::WeightsFile weights = caffe::read_caffemodel(bytes, names.weights);
  const caffe::Message described = caffe::read_text(prototxt, names.network);
  Read read;
  NetworkParts& parts = read.found.parts;
  try {
    const caffe::Graph graph = caffe::build_graph(prototxt.empty() ? weights.net : described, weights, {options.size, options.output});
    parts = caffe::lower(graph, weights);
    read.transform = graph.transform;
    read.found.notes = graph.notes;
    simplify(parts);
  } catch (const Error& error) {
    fail("{}: {}", names.network, error.what());
  }
  parts.network.name = std::filesystem::path(names.weights).stem().string();
  read.found.origin = "Caffe";
  read.found.preset = "caffe-bgr";
  read.found.keep_preset = true;
  return read;
}

/// Pixels as the file's layer of data takes them: (v - mean) scale.
void take_transform(FoundNetwork& found, const caffe::Transform& transform, PreprocessChoice& choice) {
  const float scale = transform.scale.value_or(1);
  const std::vector<float>& mean = transform.mean;
  if (!(scale > 0)) fail("expected a scale above 0 in the layer that reads images, found {}", scale);
  if (mean.size() > 1 && mean.size() != 3) fail("expected one mean_value, or three, found {}", mean.size());
  found.preset = "raw-bgr";
  found.why = "as the file's layer that reads images has it";
  if (!transform.mean_file.empty() && !choice.mean) {
    found.preset = "caffe-bgr";
    found.notes.push_back(
        fmt::format("mean: the file names {}, which --mean FILE takes; until then it is ImageNet's", quotable(transform.mean_file)));
  }
  if (!mean.empty() && !choice.mean) choice.mean = {mean.front(), mean[mean.size() / 2], mean.back()};
  if (!mean.empty()) found.notes.push_back(fmt::format("mean: {}, of the layer that reads images", fmt::join(mean, ", ")));
  if (transform.scale && !choice.std) {
    choice.std = {1 / scale, 1 / scale, 1 / scale};
    found.notes.push_back(fmt::format("scale: {}, of the layer that reads images", scale));
  }
}

ImportedModel completed(Read read, const FileNames& names, ImportOptions options) {
  try {
    if (read.transform && options.preprocess.preset.empty()) take_transform(read.found, *read.transform, options.preprocess);
  } catch (const Error& error) {
    fail("{}: {}", names.network, error.what());
  }
  return complete(std::move(read.found), names.network, options);
}

FileNames names_of(const CaffeFiles& files) {
  return {(files.network.empty() ? files.weights : files.network).string(), files.weights.string()};
}

Read read(const CaffeFiles& files, const ImportOptions& options) {
  std::vector<std::byte> text;
  if (!files.network.empty()) text = read_file(files.network, kLargestNetwork);
  if (!files.network.empty() && text.empty()) fail("{}: expected a network, found nothing", files.network.string());
  const std::vector<std::byte> weights = read_file(files.weights);
  return read({reinterpret_cast<const char*>(text.data()), text.size()}, weights, names_of(files), options);
}

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

bool is_caffe_path(const std::filesystem::path& path) { return path.extension() == kNetworkEnding || path.extension() == kWeightsEnding; }

CaffeFiles find_caffe_files(const std::filesystem::path& path, const std::filesystem::path& other) {
  CaffeFiles files;
  for (const std::filesystem::path& one : {path, other}) {
    if (one.empty()) continue;
    if (!is_caffe_path(one))
      fail("{}: expected a {} or {} file beside the other, found another", one.string(), kNetworkEnding, kWeightsEnding);
    (one.extension() == kNetworkEnding ? files.network : files.weights) = one;
  }
  const auto beside = [](std::filesystem::path one, const char* ending) { return one.replace_extension(ending); };
  if (files.network.empty()) {
    const std::filesystem::path network = beside(path, kNetworkEnding);
    if (is_there(network)) files.network = network;
  }
  if (!files.weights.empty()) return files;
  files.weights = beside(path, kWeightsEnding);
  if (!is_there(files.weights)) {
    fail("{}: expected its weights, named beside it (zfscope import NET.prototxt NET.caffemodel) or in {}, found none", path.string(),
         files.weights.string());
  }
  return files;
}

ImportedModel import_caffe(const std::filesystem::path& path, const ImportOptions& options) {
  const CaffeFiles files = find_caffe_files(path, options.weights);
  return completed(read(files, options), names_of(files), options);
}

ImportedModel import_caffe(std::string_view prototxt, std::span<const std::byte> weights, const std::string& name,
                           const ImportOptions& options) {
  return completed(read(prototxt, weights, {name, name}, options), {name, name}, options);
}

NetworkParts import_caffe_network(const std::filesystem::path& path, const ImportOptions& options) {
  return read(find_caffe_files(path, options.weights), options).found.parts;
}

NetworkParts import_caffe_network(std::string_view prototxt, std::span<const std::byte> weights, const std::string& name,
                                  const ImportOptions& options) {
  return read(prototxt, weights, {name, name}, options).found.parts;
}

}  // namespace zf
