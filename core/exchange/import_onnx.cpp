#include "core/exchange/complete.h"
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

/// What a file's network is read from.
struct Source {
  std::span<const std::byte> bytes;
  std::string name;
  std::filesystem::path folder{};  ///< of external data; empty where there can be none
  std::shared_ptr<const MappedFile> mapped{};
  std::vector<std::byte> read{};
};

FoundNetwork read(const Source& source, const ImportOptions& options) {
  const std::string& name = source.name;
  onnx::FileMessage file = onnx::read_onnx(source.bytes, name, source.folder);
  if (source.mapped != nullptr) file.release = [&](std::span<const std::byte> bytes) { source.mapped->release(bytes); };
  onnx::Graph graph = onnx::build_graph(file, {options.size, options.output, options.max_folded});
  FoundNetwork read;
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
  if (source.mapped != nullptr) source.mapped->check();
  read.notes = std::move(graph.notes);
  if (file.is_ours()) {
    read.metadata = file.metadata;
    read.ours = parse_description(read.metadata.extract(kDescriptionKey).mapped(), name);
  } else {
    read.origin = fmt::format("ONNX, opset {}{}{}", file.opset, file.producer.empty() ? "" : " by ", quotable(file.producer));
  }
  return read;
}

Source open_source(const std::filesystem::path& path, const FileMapper& map) {
  std::error_code error;
  Source source{.bytes = {}, .name = path.string(), .folder = std::filesystem::absolute(path, error).parent_path()};
  const bool mappable = std::filesystem::is_regular_file(path, error) && !std::filesystem::is_empty(path, error);
  if (map && mappable && std::filesystem::file_size(path, error) <= kLargestFile) {
    source.mapped = map(path);
    source.bytes = source.mapped->bytes();
  } else {
    source.read = read_file(path, kLargestFile);
    source.bytes = source.read;
  }
  return source;
}

}  // namespace

ImportedModel import_onnx(const std::filesystem::path& path, const ImportOptions& options) {
  return complete(read(open_source(path, options.map), options), path.string(), options);
}

ImportedModel import_onnx(std::span<const std::byte> bytes, const std::string& name, const ImportOptions& options) {
  return complete(read({bytes, name}, options), name, options);
}

NetworkParts import_onnx_network(const std::filesystem::path& path, const ImportOptions& options) {
  return read(open_source(path, options.map), options).parts;
}

NetworkParts import_onnx_network(std::span<const std::byte> bytes, const std::string& name, const ImportOptions& options) {
  return read({bytes, name}, options).parts;
}

}  // namespace zf
