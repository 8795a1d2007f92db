// Prints what OpenGL runs on here, or why it does not: for tests that set the driver's environment.
#include <cstdio>

#include "core/tensor/error.h"
#include "native/opengl/opengl_backend.h"

int main() {
  try {
    std::puts(zf::probe_opengl().name.c_str());
  } catch (const zf::Error& error) {
    std::puts(error.what());
    return 1;
  }
}
