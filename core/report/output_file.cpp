#include "core/report/output_file.h"

#include <utility>

#include "core/io/atomic_file.h"

namespace zf {

OutputFile text_file(std::string name, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {std::move(name), {bytes.begin(), bytes.end()}};
}

void write_files(const std::filesystem::path& folder, std::span<const OutputFile> files) {
  make_folder(folder);
  for (const OutputFile& file : files) write_file(folder / file.name, file.bytes);
}

}  // namespace zf
