#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace zf::opengl {

/// The compute programs: each a file of shaders/ with what is defined for it.
enum class Kernel : std::uint8_t {
  kFill,
  kPack,
  kPackTransposed,
  kInterleave,
  kConv,
  kConvTranspose,
  kConvTransposeNarrow,
  kDepthwise,
  kDepthwiseTranspose,
  kLinear,
  kLinearOneItem,
  kLinearWindow,
  kLinearWindowOneItem,
  kLinearTranspose,
  kLinearTransposeOneItem,
  kRelu,
  kRectify,
  kReluBackward,
  kMaxPool,
  kUnpool,
  kAveragePool,
  kAverageUnpool,
  kAdd,
  kMultiply,
  kCopyMaps,
  kActivate,
  kActivationBackward,
  kLrn,
  kLrnBackward,
  kSoftmax,
  kChannelMax,
  kChannelSum,
  kOverlay,
  kCover,
};
inline constexpr int kKernels = static_cast<int>(Kernel::kCover) + 1;

/// "linear WINDOW ONE_ITEM"
[[nodiscard]] std::string_view kernel_name(Kernel kernel);
/// GLSL, behind `head`, which is a #version and perhaps ZF_SETS (shaders/common.glsl).
[[nodiscard]] std::string kernel_source(Kernel kernel, std::string_view head);

/// A file of shaders/ as it was when this was built: "conv.comp".
[[nodiscard]] std::string_view shader_file(std::string_view name);

}  // namespace zf::opengl
