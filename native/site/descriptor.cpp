#include "native/site/descriptor.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/tensor/error.h"

namespace zf {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const char* what, int error) {
  fail("{}: {}: {}", path.string(), what, std::generic_category().message(error));
}

}  // namespace

Descriptor::Descriptor(const std::filesystem::path& path, int flags) : path_(path), value_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
  if (value_ < 0) refuse(path_, "cannot be opened", errno);
}

Descriptor::~Descriptor() { ::close(value_); }

void Descriptor::write(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(value_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse(path_, "writing failed", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void Descriptor::flush() const {
  if (::fsync(value_) != 0 && errno != EINVAL && errno != ENOSYS) refuse(path_, "flushing failed", errno);
}

bool Descriptor::lock() const { return ::flock(value_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

}  // namespace zf
