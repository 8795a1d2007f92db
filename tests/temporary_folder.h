#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace zf::testing {

/// A new, empty folder that no other test has, nor left behind.
inline std::filesystem::path make_temporary_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "zfscope_XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error(path + ": expected a new folder, could not make it");
  return path;
}

}  // namespace zf::testing
