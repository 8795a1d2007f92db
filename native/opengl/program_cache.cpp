#include "native/opengl/program_cache.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "native/opengl/opengl_backend.h"

namespace zf {

std::filesystem::path OpenGlOptions::default_program_cache() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache != '\0') return std::filesystem::path(cache) / "zfscope" / "shaders";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return std::filesystem::path(home) / ".cache" / "zfscope" / "shaders";
  return {};
}

namespace opengl {

namespace {

/// What a file begins with.
struct Head {
  std::uint64_t hash = 0;  ///< of the format and the rest of the file
  std::uint32_t format = 0;
  std::uint32_t bytes = 0;
};

[[nodiscard]] std::uint64_t hash_of(std::uint32_t format, std::span<const char> bytes) {
  Fnv hash;
  hash.add_word(format);
  hash.add({bytes.data(), bytes.size()});
  return hash.value();
}

}  // namespace

ProgramCache::ProgramCache(std::filesystem::path folder, std::string_view driver) : folder_(std::move(folder)) { driver_hash_.add(driver); }

std::filesystem::path ProgramCache::file_of(std::string_view source) const {
  Fnv hash = driver_hash_;
  hash.add(source);
  return folder_ / hash.text();
}

std::optional<ProgramCache::Binary> ProgramCache::find(std::string_view source) const {
  if (folder_.empty()) return std::nullopt;
  std::ifstream file(file_of(source), std::ios::binary);
  Head head;
  if (!file.read(reinterpret_cast<char*>(&head), sizeof head)) return std::nullopt;
  const std::vector<char> rest{std::istreambuf_iterator<char>(file), {}};
  if (rest.size() != head.bytes || hash_of(head.format, rest) != head.hash) return std::nullopt;
  return Binary{head.format, rest};
}

void ProgramCache::keep(std::string_view source, std::uint32_t format, std::span<const char> bytes) const {
  if (folder_.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  const std::filesystem::path path = file_of(source);
  std::filesystem::path beside = path;
  beside += fmt::format(".{:08x}", std::random_device()());
  {
    std::ofstream file(beside, std::ios::binary);
    const Head head{hash_of(format, bytes), format, static_cast<std::uint32_t>(bytes.size())};
    file.write(reinterpret_cast<const char*>(&head), sizeof head);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) failed = std::make_error_code(std::errc::io_error);
  }
  if (!failed) std::filesystem::rename(beside, path, failed);
  if (failed) std::filesystem::remove(beside, failed);
}

}  // namespace opengl
}  // namespace zf
