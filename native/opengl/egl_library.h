#pragma once

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <string>
#include <vector>

namespace zf::opengl {

// Every function of EGL that is called here.
#define ZF_EGL_FUNCTIONS(X) \
  X(BindAPI)                \
  X(CreateContext)          \
  X(DestroyContext)         \
  X(GetCurrentContext)      \
  X(GetProcAddress)         \
  X(Initialize)             \
  X(MakeCurrent)            \
  X(QueryString)

/// libEGL, opened at run time; it stays open, for drivers do not like to be unloaded.
struct EglLibrary {
#define ZF_EGL_MEMBER(name) decltype(&egl##name) name = nullptr;
  ZF_EGL_FUNCTIONS(ZF_EGL_MEMBER)
#undef ZF_EGL_MEMBER

  /// Throws Error where there is no such library.
  explicit EglLibrary(const std::string& name);

  /// A place where contexts can be made. It is the process's and never terminated: others may have contexts there.
  struct Display {
    EGLDisplay handle = EGL_NO_DISPLAY;
    bool software = false;  ///< says EGL; where it does not know, the driver's name does
  };
  /// Graphics cards first, then software, then Mesa's choice without any device.
  [[nodiscard]] std::vector<Display> displays() const;
};

/// Whether a list of words, separated by spaces, has the word.
[[nodiscard]] bool has_word(const char* list, const char* word);

}  // namespace zf::opengl
