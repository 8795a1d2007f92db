#include "core/io/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "core/io/archive.h"
#include "core/io/file_error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

std::string reason(int error) { return std::generic_category().message(error); }

/// A name in the same folder that no other writer takes: of this process by the count, of others by its id. A name may have 255 bytes, so
/// that a long one is cut.
fs::path name_beside(const fs::path& path) {
  constexpr std::size_t kLongest = 200;
  static std::atomic<unsigned> count{0};
  return path.parent_path() / fmt::format(".{}.{}-{}.tmp", path.filename().string().substr(0, kLongest), ::getpid(), count.fetch_add(1));
}

/// After a rename, so that the new name survives a power cut. Not every file system can do it: errors are ignored.
void flush_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) : path_(path) {
  std::error_code error;
  if (fs::is_symlink(path_, error)) path_ = fs::weakly_canonical(path_, error);  // replace what the link points to
  const fs::file_status status = fs::status(path_, error);
  if (path_.filename().empty() || fs::is_directory(status)) file_failed(EISDIR, "{}: expected a file name, found a folder", path_.string());
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    do {
      beside_ = name_beside(path_);
      descriptor_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor_ < 0 && errno == EEXIST);
  }
  if (descriptor_ < 0) {
    const int cause = errno;
    beside_.clear();
    give_up("cannot be written", cause);
  }
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) give_up("writing failed", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (!beside_.empty() && ::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOSYS) give_up("flushing failed", errno);
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) give_up("closing failed", errno);
  if (beside_.empty()) return;
  if (::rename(beside_.c_str(), path_.c_str()) != 0) give_up("renaming failed", errno);
  beside_.clear();
  flush_folder(path_.parent_path());
}

void AtomicFile::give_up(std::string_view what, int error) {
  discard();
  file_failed(error, "{}: {}: {}", path_.string(), what, reason(error));
}

void AtomicFile::discard() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  if (!beside_.empty()) ::unlink(beside_.c_str());
  beside_.clear();
}

void write_file(const fs::path& path, std::span<const std::byte> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void write_file(const fs::path& path, std::string_view text) { write_file(path, std::as_bytes(std::span(text.data(), text.size()))); }

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) file_failed(error.value(), "{}: expected a folder that can be written, found: {}", folder.string(), error.message());
  if (!fs::is_directory(folder, error)) file_failed(ENOTDIR, "{}: expected a folder, found a file", folder.string());
}

std::vector<std::byte> read_file(const fs::path& path, std::uint64_t limit) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    if (auto content = read_from_archive(path, limit)) return std::move(*content);
    file_failed(error ? error.value() : ENOENT, "{}: expected a file, found {}", path.string(), error ? error.message() : "nothing");
  }
  if (fs::is_directory(status)) file_failed(EISDIR, "{}: expected a file, found a folder", path.string());
  std::vector<char> buffer(std::size_t{1} << 18U);  // few reads, each of which is a message to another thread in a browser
  std::ifstream file;
  file.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  file.open(path, std::ios::binary);
  if (!file) file_failed(errno, "{}: cannot be read: {}", path.string(), reason(errno));
  constexpr std::size_t kFirst = 1 << 16;  // where the size is not known beforehand, as of a pipe
  const std::uintmax_t known = fs::is_regular_file(status) ? fs::file_size(path, error) : 0;
  if (!error && known > limit) fail("{}: expected at most {} bytes, found {}", path.string(), limit, known);
  std::vector<std::byte> bytes(error || known == 0 ? kFirst : static_cast<std::size_t>(known) + 1);
  std::size_t size = 0;
  for (;;) {
    file.read(reinterpret_cast<char*>(bytes.data() + size), static_cast<std::streamsize>(bytes.size() - size));
    size += static_cast<std::size_t>(file.gcount());
    if (file.bad()) file_failed(errno, "{}: reading failed: {}", path.string(), reason(errno));
    if (file.eof()) break;
    if (size > limit) fail("{}: expected at most {} bytes, found more", path.string(), limit);
    bytes.resize(2 * size);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace zf
