#include "native/cli/photo_reader.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>
#include <set>
#include <string>

#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "native/media/opencv_decoder.h"

namespace zf::cli {

namespace {

constexpr double kMegapixel = 1e6;

class PhotoReader final : public ImageDecoder {
 public:
  void limit(double megapixels) { limits_.pixels = static_cast<std::int64_t>(megapixels * kMegapixel); }

  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override {
    DecodedImage photo = OpenCvDecoder(limits_).decode(bytes, name);
    if (!photo.notes.empty()) tell(name, photo.notes);
    return photo;
  }

  [[nodiscard]] std::size_t untold() const {
    const std::lock_guard lock(mutex_);
    return told_.size() > kMostTold ? told_.size() - kMostTold : 0;
  }

 private:
  static constexpr std::size_t kMostTold = 10;

  void tell(const std::string& name, const std::vector<std::string>& notes) const {
    const std::lock_guard lock(mutex_);
    if (!told_.insert(name).second || told_.size() > kMostTold) return;
    const char* const over_the_bar = isatty(STDERR_FILENO) != 0 ? "\r\033[K" : "";
    for (const std::string& note : notes) fmt::print(stderr, "{}zfscope: {}: {}\n", over_the_bar, printable(name), note);
  }

  PhotoLimits limits_{kMaxPixels, "--max-megapixels"};
  mutable std::mutex mutex_;
  mutable std::set<std::string> told_;  ///< photos with notes
};

PhotoReader& reader() {
  static PhotoReader reader;
  return reader;
}

}  // namespace

const ImageDecoder& photo_decoder() { return reader(); }

DecodedImage read_photo(const std::filesystem::path& path) { return reader().decode(read_file(path), path.string()); }

Image load_photo(const std::filesystem::path& path) { return read_photo(path).image; }

void add_photo_limit(CLI::App& command) {
  constexpr double kMost = 2000;
  if (command.get_option_no_throw("--max-megapixels") != nullptr) return;
  command
      .add_option_function<double>(
          "--max-megapixels", [](double megapixels) { reader().limit(megapixels); },
          "larger photos are refused, but JPEG, which is read at a half, a quarter or an eighth of its size")
      ->default_str(fmt::format("{}", kMaxPixels / static_cast<std::int64_t>(kMegapixel)))
      ->check(CLI::Range(1.0, kMost));
}

void report_untold_notes() {
  if (const std::size_t more = reader().untold(); more > 0) fmt::print(stderr, "zfscope: notes on {} more photos\n", more);
}

}  // namespace zf::cli
