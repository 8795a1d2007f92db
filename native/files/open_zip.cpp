#include <zip.h>

#include <mutex>

#include "core/tensor/error.h"
#include "native/files/archive_kinds.h"

namespace zf {

namespace {

class ZipArchive final : public Archive {
 public:
  explicit ZipArchive(const std::filesystem::path& path) : path_(path.string()), zip_(open(path_)), list_(files()) {}
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ~ZipArchive() override { zip_discard(zip_); }

  [[nodiscard]] const std::vector<Entry>& entries() const override { return list_.entries; }

  [[nodiscard]] std::vector<std::byte> read(std::size_t entry) const override {
    const Entry& wanted = list_.entries.at(entry);
    const std::string name = path_ + '/' + wanted.name;
    std::vector<std::byte> bytes(static_cast<std::size_t>(wanted.size));
    const std::lock_guard lock(mutex_);
    zip_file_t* const file = zip_fopen_index(zip_, list_.places[entry], 0);
    if (file == nullptr) fail("{}: cannot be read: {}", name, zip_strerror(zip_));
    const zip_int64_t count = zip_fread(file, bytes.data(), bytes.size());
    // The end is where the checksum is compared.
    std::byte beyond{};
    const bool whole = count == static_cast<zip_int64_t>(bytes.size()) && zip_fread(file, &beyond, 1) == 0;
    const std::string reason = zip_file_strerror(file);
    zip_fclose(file);
    if (!whole) fail("{}: damaged in the archive: {}", name, reason);
    return bytes;
  }

 private:
  static zip_t* open(const std::string& path) {
    int code = 0;
    if (zip_t* const zip = zip_open(path.c_str(), ZIP_RDONLY, &code); zip != nullptr) return zip;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail("{}: expected a whole zip file, found: {}", path, reason);
  }

  [[nodiscard]] Listing<zip_uint64_t> files() const {
    std::vector<std::pair<Entry, zip_uint64_t>> found;
    const zip_int64_t count = zip_get_num_entries(zip_, 0);
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
      zip_stat_t about;
      zip_stat_init(&about);
      if (zip_stat_index(zip_, i, 0, &about) != 0 || about.name == nullptr) continue;
      Entry entry{entry_name(about.name), about.size};
      if (!entry.name.empty() && !entry.name.ends_with('/')) found.emplace_back(std::move(entry), i);
    }
    return Listing<zip_uint64_t>(std::move(found));
  }

  std::string path_;
  zip_t* zip_;
  Listing<zip_uint64_t> list_;
  mutable std::mutex mutex_;  ///< libzip reads one file at a time
};

}  // namespace

std::shared_ptr<const Archive> open_zip(const std::filesystem::path& path) { return std::make_shared<ZipArchive>(path); }

}  // namespace zf
