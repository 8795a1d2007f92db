// write_kernels FOLDER: every kernel as Vulkan and WebGPU take it, a file each.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "native/opengl/kernels.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  for (int i = 0; i < zf::opengl::kKernels; ++i) {
    const auto kernel = static_cast<zf::opengl::Kernel>(i);
    std::string name(kernel_name(kernel));
    std::replace(name.begin(), name.end(), ' ', '-');
    std::ofstream file(folder / (name + ".comp"));
    file << kernel_source(kernel, "#version 450\n#define ZF_SETS\n");
    if (!file.flush()) return 1;
  }
}
