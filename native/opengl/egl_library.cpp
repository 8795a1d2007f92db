#include "native/opengl/egl_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <string_view>

#include "core/tensor/error.h"

namespace zf::opengl {

namespace {

constexpr EGLint kMostDevices = 32;

}  // namespace

bool has_word(const char* list, const char* word) {
  if (list == nullptr) return false;
  const std::string padded = ' ' + std::string(list) + ' ';
  return padded.find(' ' + std::string(word) + ' ') != std::string::npos;
}

EglLibrary::EglLibrary(const std::string& name) {
  void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fail("opengl: expected the library {} (Debian's package libegl1), found none", name);
#define ZF_EGL_LOAD(function)                                                       \
  function = reinterpret_cast<decltype(function)>(dlsym(library, "egl" #function)); \
  if (function == nullptr) fail("opengl: expected {} to have egl" #function ", found none", name);
  ZF_EGL_FUNCTIONS(ZF_EGL_LOAD)
#undef ZF_EGL_LOAD
}

std::vector<EglLibrary::Display> EglLibrary::displays() const {
  const char* extensions = QueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
  const auto find = [this](const char* name) { return GetProcAddress(name); };
  const auto display_of = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(find("eglGetPlatformDisplayEXT"));
  const auto query_devices = reinterpret_cast<PFNEGLQUERYDEVICESEXTPROC>(find("eglQueryDevicesEXT"));
  const auto query_device = reinterpret_cast<PFNEGLQUERYDEVICESTRINGEXTPROC>(find("eglQueryDeviceStringEXT"));
  std::vector<Display> found;
  if (display_of == nullptr) return found;

  EGLDeviceEXT devices[kMostDevices];
  EGLint count = 0;
  if (has_word(extensions, "EGL_EXT_platform_device") && query_devices != nullptr && query_device != nullptr &&
      query_devices(kMostDevices, devices, &count) == EGL_TRUE) {
    for (EGLint i = 0; i < count; ++i) {
      const bool software = has_word(query_device(devices[i], EGL_EXTENSIONS), "EGL_MESA_device_software");
      found.push_back({display_of(EGL_PLATFORM_DEVICE_EXT, devices[i], nullptr), software});
    }
    std::stable_partition(found.begin(), found.end(), [](const Display& display) { return !display.software; });
  }
  if (has_word(extensions, "EGL_MESA_platform_surfaceless")) {
    // Mesa chooses among the same devices.
    const bool software =
        !found.empty() && std::all_of(found.begin(), found.end(), [](const Display& display) { return display.software; });
    found.push_back({display_of(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr), software});
  }
  std::erase_if(found, [](const Display& display) { return display.handle == EGL_NO_DISPLAY; });
  return found;
}

}  // namespace zf::opengl
