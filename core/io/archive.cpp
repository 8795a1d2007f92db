#include "core/io/archive.h"

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

/// The archives that are open, by file and when it was written.
class OpenArchives {
 public:
  void open_by(ArchiveOpener opener) {
    const std::lock_guard lock(mutex_);
    opener_ = std::move(opener);
    open_.clear();
  }

  /// Null where nothing opens archives.
  std::shared_ptr<const Archive> get(const fs::path& file) {
    std::error_code error;
    const Key key{file, fs::last_write_time(file, error), fs::file_size(file, error)};
    const std::lock_guard lock(mutex_);
    if (!opener_) return nullptr;
    const auto found = std::find_if(open_.begin(), open_.end(), [&](const auto& one) { return one.first == key; });
    if (found != open_.end()) return found->second;
    open_.emplace_back(key, opener_(file));
    if (open_.size() > kMostOpen) open_.pop_front();
    return open_.back().second;
  }

 private:
  static constexpr std::size_t kMostOpen = 4;

  struct Key {
    fs::path file;
    fs::file_time_type written;
    std::uintmax_t size = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };

  std::mutex mutex_;
  ArchiveOpener opener_;
  std::deque<std::pair<Key, std::shared_ptr<const Archive>>> open_;
};

OpenArchives& open_archives() {
  static OpenArchives archives;
  return archives;
}

}  // namespace

void open_archives_by(ArchiveOpener opener) { open_archives().open_by(std::move(opener)); }

bool has_archive_name(const fs::path& path) {
  constexpr std::array kEndings =
      std::to_array<std::string_view>({".zip", ".cbz", ".tar", ".tgz", ".tbz", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"});
  std::string name = path.filename().string();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

std::optional<ArchivePlace> find_in_archive(const fs::path& path) {
  std::error_code error;
  for (fs::path file = path; !file.empty(); file = file.parent_path()) {
    const fs::file_status status = fs::status(file, error);
    if (fs::is_regular_file(status)) {
      std::shared_ptr<const Archive> archive = has_archive_name(file) ? open_archives().get(file) : nullptr;
      if (archive == nullptr) return std::nullopt;
      const std::string name = path.lexically_relative(file).generic_string();
      return ArchivePlace{std::move(archive), file, name == "." ? std::string() : name};
    }
    if (fs::exists(status) || file == file.root_path()) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::vector<std::byte>> read_from_archive(const fs::path& path, std::uint64_t limit) {
  const auto place = find_in_archive(path);
  if (!place || place->name.empty()) return std::nullopt;
  const std::vector<Archive::Entry>& entries = place->archive->entries();
  const auto found = std::lower_bound(entries.begin(), entries.end(), place->name,
                                      [](const Archive::Entry& entry, const std::string& name) { return entry.name < name; });
  if (found == entries.end() || found->name != place->name) return std::nullopt;
  if (found->size > limit) fail("{}: expected at most {} bytes, found {}", path.string(), limit, found->size);
  return place->archive->read(static_cast<std::size_t>(found - entries.begin()));
}

}  // namespace zf
