#pragma once

#include "native/opengl/egl_library.h"
#include "native/opengl/gl_functions.h"
#include "native/opengl/opengl_backend.h"

namespace zf::opengl {

/// An OpenGL context of our own, without a surface, on the best device that has one. Everything that is made in it ends with it.
class EglContext {
 public:
  /// Current on this thread when done. Throws Error where there is none, saying why.
  explicit EglContext(const OpenGlOptions& options);
  EglContext(const EglContext&) = delete;
  EglContext& operator=(const EglContext&) = delete;
  ~EglContext();

  /// Lets another thread have it.
  void release() const;

  /// OpenGL, current on this thread. Throws Error where another thread has it.
  [[nodiscard]] const GlFunctions& gl() const;
  [[nodiscard]] const OpenGlDevice& device() const { return device_; }
  /// Whose programs are whose: vendor, renderer and version.
  [[nodiscard]] const std::string& driver() const { return driver_; }
  /// Throws DeviceError where the device was reset or its memory is full.
  void check(const char* what) const;

 private:
  void make_current() const;
  [[nodiscard]] EGLContext create(const EglLibrary::Display& display, int major, int minor) const;
  [[nodiscard]] bool try_display(const EglLibrary::Display& display, const OpenGlOptions& options, std::string& refusal);

  EglLibrary egl_;
  EGLDisplay display_ = EGL_NO_DISPLAY;
  EGLContext context_ = EGL_NO_CONTEXT;
  GlFunctions gl_;
  OpenGlDevice device_;
  std::string driver_;
};

}  // namespace zf::opengl
