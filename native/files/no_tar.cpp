#include "core/tensor/error.h"
#include "native/files/archive_kinds.h"

namespace zf {

std::shared_ptr<const Archive> open_tar(const std::filesystem::path& path) {
  fail("{}: expected a folder, found a tar file, and this build has no libarchive", path.string());
}

}  // namespace zf
