#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/tensor/error.h"
#include "native/files/archive_kinds.h"

namespace zf {

namespace {

class TarArchive final : public Archive {
 public:
  explicit TarArchive(const std::filesystem::path& path)
      : path_(path.string()), list_(files(path_)), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) fail("{}: cannot be read: {}", path_, std::strerror(errno));
  }
  TarArchive(const TarArchive&) = delete;
  TarArchive& operator=(const TarArchive&) = delete;
  ~TarArchive() override { ::close(file_); }

  [[nodiscard]] const std::vector<Entry>& entries() const override { return list_.entries; }

  [[nodiscard]] std::vector<std::byte> read(std::size_t entry) const override {
    const Entry& wanted = list_.entries.at(entry);
    const std::string name = path_ + '/' + wanted.name;
    std::vector<std::byte> bytes(static_cast<std::size_t>(wanted.size));
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count = ::pread(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(list_.places[entry] + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("{}: reading failed: {}", name, std::strerror(errno));
      if (count == 0) fail("{}: expected {} bytes, found the archive cut short", name, wanted.size);
      done += static_cast<std::size_t>(count);
    }
    return bytes;
  }

 private:
  /// Names, sizes and where the contents begin, which a tar file has in between.
  static Listing<std::uint64_t> files(const std::string& path) {
    const std::unique_ptr<archive, decltype(&archive_read_free)> tar(archive_read_new(), &archive_read_free);
    constexpr std::size_t kBlock = std::size_t{1} << 16;
    archive_read_support_format_tar(tar.get());
    const auto give_up = [&] { fail("{}: expected a whole tar file, found: {}", path, archive_error_string(tar.get())); };
    if (archive_read_open_filename(tar.get(), path.c_str(), kBlock) != ARCHIVE_OK) give_up();
    std::vector<std::pair<Entry, std::uint64_t>> found;
    archive_entry* header = nullptr;
    for (;;) {
      const int status = archive_read_next_header(tar.get(), &header);
      if (status == ARCHIVE_EOF) break;
      if (status < ARCHIVE_WARN) give_up();
      const char* const text = archive_entry_pathname_utf8(header);
      const char* const raw = text != nullptr ? text : archive_entry_pathname(header);
      if (raw == nullptr || archive_entry_filetype(header) != AE_IFREG || archive_entry_sparse_count(header) > 0) continue;
      if (archive_entry_hardlink(header) != nullptr) continue;
      Entry entry{entry_name(raw), static_cast<std::uint64_t>(archive_entry_size(header))};
      if (!entry.name.empty()) found.emplace_back(std::move(entry), static_cast<std::uint64_t>(archive_filter_bytes(tar.get(), 0)));
    }
    return Listing<std::uint64_t>(std::move(found));
  }

  std::string path_;
  Listing<std::uint64_t> list_;
  int file_;
};

}  // namespace

std::shared_ptr<const Archive> open_tar(const std::filesystem::path& path) { return std::make_shared<TarArchive>(path); }

}  // namespace zf
