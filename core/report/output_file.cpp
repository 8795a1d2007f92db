#include "core/report/output_file.h"

#include <utility>

#include "core/io/atomic_file.h"
#include "core/report/story_json.h"

namespace zf {

OutputFile text_file(std::string name, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {std::move(name), {bytes.begin(), bytes.end()}};
}

OutputFile json_file(std::string name, const nlohmann::ordered_json& json) {
  constexpr int kIndent = 2;
  return text_file(std::move(name), to_text(json, kIndent) + "\n");
}

void write_files(const std::filesystem::path& folder, std::span<const OutputFile> files) {
  make_folder(folder);
  for (const OutputFile& file : files) write_file(folder / file.name, file.bytes);
}

}  // namespace zf
