#include "core/exchange/complete.h"
#include "core/exchange/import.h"
#include "core/exchange/network_parts.h"
#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_graph.h"
#include "core/exchange/onnx_lower.h"
#include "core/exchange/onnx_patterns.h"
#include "core/io/atomic_file.h"
#include "core/io/network_json.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 31;

FoundNetwork read(std::span<const std::byte> bytes, const std::string& name, const std::filesystem::path& folder,
                  const ImportOptions& options) {
  const onnx::FileMessage file = onnx::read_onnx(bytes, name, folder);
  onnx::Graph graph = onnx::build_graph(file, {options.size, options.output, options.max_folded});
  FoundNetwork read;
  try {
    onnx::join_patterns(graph);
    read.parts = onnx::lower(graph);
    // Ours has the layers that it shall have.
    if (!file.is_ours()) simplify(read.parts);
  } catch (const Error& error) {
    fail("{}: {}", name, error.what());
  }
  read.parts.network.name = std::filesystem::path(name).stem().string();
  read.notes = std::move(graph.notes);
  if (file.is_ours()) {
    read.metadata = file.metadata;
    read.ours = parse_description(read.metadata.extract(kDescriptionKey).mapped(), name);
  } else {
    read.origin = fmt::format("ONNX, opset {}{}{}", file.opset, file.producer.empty() ? "" : " by ", quotable(file.producer));
  }
  return read;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::absolute(path, error).parent_path();
}

}  // namespace

ImportedModel import_onnx(const std::filesystem::path& path, const ImportOptions& options) {
  const std::vector<std::byte> bytes = read_file(path, kLargestFile);
  return complete(read(bytes, path.string(), folder_of(path), options), path.string(), options);
}

ImportedModel import_onnx(std::span<const std::byte> bytes, const std::string& name, const ImportOptions& options) {
  return complete(read(bytes, name, {}, options), name, options);
}

NetworkParts import_onnx_network(const std::filesystem::path& path, const ImportOptions& options) {
  const std::vector<std::byte> bytes = read_file(path, kLargestFile);
  return read(bytes, path.string(), folder_of(path), options).parts;
}

NetworkParts import_onnx_network(std::span<const std::byte> bytes, const std::string& name, const ImportOptions& options) {
  return read(bytes, name, {}, options).parts;
}

}  // namespace zf
