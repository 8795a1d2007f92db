#include "core/tensor/error.h"
#include "native/files/archive_kinds.h"

namespace zf {

std::shared_ptr<const Archive> open_zip(const std::filesystem::path& path) {
  fail("{}: expected a folder, found a zip file, and this build has no libzip", path.string());
}

}  // namespace zf
