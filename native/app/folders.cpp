#include "native/app/folders.h"

#include <cstdlib>

namespace zf::app {

namespace fs = std::filesystem;

namespace {

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

fs::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? fs::path(value) : fs::path();
}

}  // namespace

fs::path assets_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = program.parent_path().parent_path() / "share/zfscope";
  return !error && is_folder(installed) ? installed : fs::path(ZF_ASSETS_DIR);
}

fs::path photos_folder() {
  const fs::path installed = assets_folder() / "photos";
  return is_folder(installed) ? installed : fs::path(ZF_PHOTOS_DIR);
}

fs::path pictures_folder() {
  const fs::path home = from_environment("HOME");
  for (const fs::path& folder : {from_environment("XDG_PICTURES_DIR"), home / "Pictures", home / "Downloads", home}) {
    if (folder.is_absolute() && is_folder(folder)) return folder;
  }
  std::error_code error;
  return fs::current_path(error);
}

fs::path state_file() {
  const fs::path state = from_environment("XDG_STATE_HOME");
  const fs::path folder = state.is_absolute() ? state : from_environment("HOME") / ".local/state";
  return folder / "zfscope/viewer.json";
}

}  // namespace zf::app
