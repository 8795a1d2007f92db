#include "native/files/map_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include "core/io/file_error.h"

namespace zf {

namespace {

/// A mapping, as the signal handler finds it. The message is whole before the bytes are set.
struct Guarded {
  std::atomic<bool> taken = false;
  std::atomic<std::byte*> bytes = nullptr;
  std::size_t size = 0;
  std::string message;
};

/// More files are mapped all the same, without a message.
std::array<Guarded, 16> guarded;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): signal handlers see nothing else

extern "C" void on_missing_page(int signal, siginfo_t* info, void* /*context*/) {
  const auto* const at = static_cast<const std::byte*>(info->si_addr);
  for (const Guarded& file : guarded) {
    const std::byte* const bytes = file.bytes.load();
    if (bytes == nullptr || at < bytes || at >= bytes + file.size) continue;
    (void)!write(STDERR_FILENO, file.message.data(), file.message.size());
    _exit(1);
  }
  std::signal(signal, SIG_DFL);  // another's: the access is repeated and ends the process
}

Guarded* guard(std::byte* bytes, std::size_t size, const std::filesystem::path& path) {
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_sigaction = on_missing_page;
    action.sa_flags = SA_SIGINFO;
    return sigaction(SIGBUS, &action, nullptr) == 0;
  }();
  if (!installed) return nullptr;
  for (Guarded& file : guarded) {
    if (file.taken.exchange(true)) continue;
    file.size = size;
    file.message = fmt::format("{}: expected {} bytes while the model is in use, found the file cut short\n", path.string(), size);
    file.bytes = bytes;
    return &file;
  }
  return nullptr;
}

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path) : value_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};

class Mapping final : public MappedFile {
 public:
  explicit Mapping(const std::filesystem::path& path) : path_(path), file_(path) {
    struct stat status {};
    if (file_.value() < 0 || fstat(file_.value(), &status) != 0)
      file_failed(errno, "{}: cannot be read: {}", path.string(), std::strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size == 0) fail("{}: expected a file that is not empty, found another", path.string());
    size_ = static_cast<std::size_t>(status.st_size);
    void* const mapped = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file_.value(), 0);
    if (mapped == MAP_FAILED) file_failed(errno, "{}: cannot be mapped: {}", path.string(), std::strerror(errno));
    bytes_ = static_cast<std::byte*>(mapped);
    guarded_ = guard(bytes_, size_, path);
    madvise(mapped, size_, MADV_WILLNEED);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() override {
    if (guarded_ != nullptr) guarded_->bytes = nullptr;
    munmap(bytes_, size_);
    if (guarded_ != nullptr) guarded_->taken = false;
  }

  [[nodiscard]] std::span<std::byte> bytes() const override { return {bytes_, size_}; }
  void release(std::span<const std::byte> bytes) const override {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t first = (static_cast<std::size_t>(bytes.data() - bytes_) + page - 1) / page * page;
    const std::size_t end = static_cast<std::size_t>(bytes.data() + bytes.size() - bytes_) / page * page;
    if (first < end) madvise(bytes_ + first, end - first, MADV_DONTNEED);
  }
  void check() const override {
    struct stat status {};
    if (fstat(file_.value(), &status) == 0 && std::cmp_equal(status.st_size, size_)) return;
    fail("{}: expected {} bytes while it is opened, found {}: the file has changed", path_.string(), size_, status.st_size);
  }

 private:
  std::filesystem::path path_;
  Descriptor file_;
  std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
  Guarded* guarded_ = nullptr;
};

}  // namespace

std::shared_ptr<const MappedFile> map_file(const std::filesystem::path& path) { return std::make_shared<Mapping>(path); }

}  // namespace zf
