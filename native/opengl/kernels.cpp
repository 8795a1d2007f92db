#include "native/opengl/kernels.h"

#include <array>

namespace zf::opengl {

namespace {

/// The file's name without its end, then what is defined, as Kernel orders them.
constexpr std::array<std::string_view, kKernels> kNames = {
    "fill",
    "pack",
    "pack TRANSPOSED",
    "interleave",
    "conv",
    "conv_transpose",
    "conv_transpose NARROW",
    "depthwise",
    "depthwise_transpose",
    "linear",
    "linear ONE_ITEM",
    "linear WINDOW",
    "linear WINDOW ONE_ITEM",
    "linear_transpose",
    "linear_transpose ONE_ITEM",
    "rectify RELU",
    "rectify IN_PLACE",
    "rectify RELU_BACKWARD",
    "pool MAX_POOL",
    "pool UNPOOL",
    "average AVERAGE_POOL",
    "average AVERAGE_UNPOOL",
    "branches ADD",
    "branches MULTIPLY",
    "branches COPY_MAPS",
    "activation",
    "activation ACTIVATION_BACKWARD",
    "lrn",
    "lrn LRN_BACKWARD",
    "softmax",
    "channels CHANNEL_MAX",
    "channels CHANNEL_SUM",
    "windows OVERLAY",
    "windows COVER",
};

/// The first word, and what follows it.
[[nodiscard]] std::string_view take_word(std::string_view& words) {
  const std::size_t end = words.find(' ');
  const std::string_view word = words.substr(0, end);
  words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
  return word;
}

}  // namespace

std::string_view kernel_name(Kernel kernel) { return kNames[static_cast<std::size_t>(kernel)]; }

std::string kernel_source(Kernel kernel, std::string_view head) {
  std::string_view words = kernel_name(kernel);
  const std::string file = std::string(take_word(words)) + ".comp";
  std::string source(head);
  while (!words.empty()) source.append("#define ").append(take_word(words)).append("\n");
  for (const std::string_view part : {std::string_view("common.glsl"), std::string_view("elementary.glsl"), std::string_view(file)}) {
    source += shader_file(part);
  }
  return source;
}

}  // namespace zf::opengl
