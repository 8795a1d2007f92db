#pragma once

#include <dlfcn.h>

#include <string>

#include "core/tensor/error.h"

namespace zf::cuda {

/// A shared library of NVIDIA's: where the linker finds it, in CUDA_PATH or in /usr/local/cuda. Stays loaded until the program ends. Null
/// where there is none.
[[nodiscard]] void* open_nvidia_library(const std::string& name);

/// Sets `function` to the one of that name, of a library that people call `title`.
template <typename Function>
void find_function(void* library, const char* title, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  if (function == nullptr) fail("cuda: expected {} with {}, found one without", title, name);
}

}  // namespace zf::cuda
