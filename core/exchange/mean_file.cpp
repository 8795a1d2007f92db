#include "core/exchange/mean_file.h"

#include <cmath>
#include <numeric>
#include <span>

#include "core/exchange/caffe_file.h"
#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"

namespace zf {

namespace {

constexpr std::size_t kChannels = 3;

/// Of as many values a channel.
std::array<float, kChannels> averaged(std::span<const float> values, std::size_t channels, const std::string& name) {
  if ((channels != 1 && channels != kChannels) || values.empty() || values.size() % channels != 0) {
    fail("{}: expected a mean of 1 or 3 channels, found {} values of {}", name, values.size(), channels);
  }
  const std::size_t plane = values.size() / channels;
  std::array<float, kChannels> mean{};
  for (std::size_t c = 0; c < kChannels; ++c) {
    const auto part = values.subspan(channels == 1 ? 0 : c * plane, plane);
    mean[c] = static_cast<float>(std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(plane));
    if (!std::isfinite(mean[c])) fail("{}: expected a finite mean, found {}", name, mean[c]);
  }
  return mean;
}

std::array<float, kChannels> read_npy(const std::filesystem::path& path) {
  const Tensor mean = decode_npy(read_file(path), path.string(), true);
  const Shape& shape = mean.shape();
  const bool is_row = shape == Shape{1, 1, 1, static_cast<int>(kChannels)};
  if (!is_row && shape.n != 1) fail("{}: expected a mean of 3xHxW, or 3 numbers, found {}", path.string(), to_string(shape));
  return averaged(mean.values(), is_row ? kChannels : static_cast<std::size_t>(shape.c), path.string());
}

std::array<float, kChannels> read_blob(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  const caffe::Blob blob = caffe::read_binaryproto(bytes, path.string());
  // Images, channels, rows and columns; images may be left out.
  const std::size_t rank = blob.dims.size();
  if (rank != 3 && rank != 4) fail("{}: expected a mean of 1x3xHxW, found {} dimensions", path.string(), rank);
  const std::int64_t channels = blob.dims[rank - 3];
  return averaged(blob.values(), channels == 1 || channels == 3 ? static_cast<std::size_t>(channels) : 0, path.string());
}

}  // namespace

std::array<float, 3> read_mean(const std::filesystem::path& path) { return path.extension() == ".npy" ? read_npy(path) : read_blob(path); }

}  // namespace zf
