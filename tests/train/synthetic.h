#pragma once

#include <filesystem>
#include <string>

#include "core/io/image.h"
#include "core/io/model.h"

namespace zf::test {

/// A folder that is gone at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] std::string path(const std::string& name = {}) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void write_text(const std::string& path, const std::string& text);

/// Reads "KIND SEED WIDTH HEIGHT": stripes across (kind 0) or along (kind 1) or a plain grey (kind 2), with noise that
/// follows from the seed. Anything else is a broken photo.
class SyntheticDecoder final : public ImageDecoder {
 public:
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override;
};

/// Memory for every photo of such a data set, in bytes.
inline constexpr std::size_t kPhotoBudget = std::size_t{1} << 24U;

/// `train/` and `val/` with the classes across, along and plain, that many photos each, 20x24 pixels.
void write_dataset(const std::string& folder, int training, int validation);

/// conv 3x3 with ReLU, pooling and normalisation, a fully connected layer with dropout, three classes; for 12x12 pixels.
[[nodiscard]] Model tiny_model();

}  // namespace zf::test
