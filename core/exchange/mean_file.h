#pragma once

#include <array>
#include <filesystem>

namespace zf {

/// The mean of each channel of a `.npy` (3xHxW, or 3 numbers) or a `.binaryproto` of Caffe (1x3xHxW, or one channel), in the file's order.
/// Throws where the file holds anything else.
[[nodiscard]] std::array<float, 3> read_mean(const std::filesystem::path& path);

}  // namespace zf
