#include "native/site/page_folder.h"

#include <fcntl.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/site/descriptor.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

/// Short, whatever the length of the photo's name, and the same in every run, so that what a killed one left is found.
fs::path hidden_name(const fs::path& path, const char* suffix) {
  Fingerprint hash;
  hash.add(path.filename().string());
  return path.parent_path() / ("." + hash.text() + suffix);
}

void move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) fail("{}: renaming failed: {}", to.string(), error.message());
}

}  // namespace

PageFolder::PageFolder(const fs::path& path) : path_(path), beside_(hidden_name(path, ".part")) {
  make_folder(path_.parent_path());
  std::error_code error;
  if (fs::exists(fs::symlink_status(path_, error)) && !read_mark(path_))
    fail("{}: expected nothing or a photo's page, found something else", path_.string());
  fs::remove_all(beside_, error);
  make_folder(beside_);
}

PageFolder::~PageFolder() {
  std::error_code error;
  if (!beside_.empty()) fs::remove_all(beside_, error);
}

void PageFolder::write(const std::string& name, std::span<const std::byte> bytes) {
  const Descriptor file(beside_ / name, O_WRONLY | O_CREAT | O_EXCL);
  file.write(bytes);
  file.flush();
}

void PageFolder::commit(const nlohmann::ordered_json& mark) {
  constexpr int kIndent = 2;
  const std::string text = to_text(mark, kIndent) + '\n';
  write(kPageMark, std::as_bytes(std::span(text)));
  Descriptor(beside_, O_RDONLY | O_DIRECTORY).flush();
  const fs::path old = hidden_name(path_, ".old");
  std::error_code error;
  fs::remove_all(old, error);
  if (fs::exists(path_, error)) move(path_, old);
  move(beside_, path_);
  beside_.clear();
  Descriptor(path_.parent_path(), O_RDONLY | O_DIRECTORY).flush();
  fs::remove_all(old, error);
}

std::optional<nlohmann::ordered_json> read_mark(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_regular_file(folder / kPageMark, error)) return {};
  const std::vector<std::byte> bytes = read_file(folder / kPageMark);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  nlohmann::ordered_json mark = nlohmann::ordered_json::parse(text, text + bytes.size(), nullptr, false);
  if (!mark.is_object()) return {};
  return mark;
}

}  // namespace zf
