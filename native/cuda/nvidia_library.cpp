#include "native/cuda/nvidia_library.h"

#include <cstdlib>
#include <vector>

namespace zf::cuda {

void* open_nvidia_library(const std::string& name) {
  std::vector<std::string> candidates = {name, "/usr/local/cuda/lib64/" + name};
  if (const char* path = std::getenv("CUDA_PATH"); path != nullptr) candidates.push_back(std::string(path) + "/lib64/" + name);
  for (const std::string& candidate : candidates) {
    if (void* library = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL); library != nullptr) return library;
  }
  return nullptr;
}

}  // namespace zf::cuda
