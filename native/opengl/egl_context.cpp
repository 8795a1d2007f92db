#include "native/opengl/egl_context.h"

#include "core/backend/device_error.h"

namespace zf::opengl {

namespace {

/// The least version whose contexts say what the driver has.
constexpr int kOldMajor = 3;
constexpr int kOldMinor = 2;

[[nodiscard]] std::string text(const GlFunctions& gl, GLenum name) {
  const GLubyte* found = gl.GetString(name);
  return found == nullptr ? "" : reinterpret_cast<const char*>(found);
}

[[nodiscard]] OpenGlDevice describe(const GlFunctions& gl, bool software) {
  GLint major = 0;
  GLint minor = 0;
  gl.GetIntegerv(GL_MAJOR_VERSION, &major);
  gl.GetIntegerv(GL_MINOR_VERSION, &minor);
  OpenGlDevice device{text(gl, GL_RENDERER), fmt::format("{}.{}", major, minor), software};
  for (const char* name : {"llvmpipe", "softpipe", "SwiftShader"}) device.software |= device.name.find(name) != std::string::npos;
  return device;
}

}  // namespace

EglContext::EglContext(const OpenGlOptions& options) : egl_(options.library) {
  std::string refusal = "found none: install the graphics card's driver, or Mesa's (Debian's package libgl1-mesa-dri)";
  for (const EglLibrary::Display& display : egl_.displays()) {
    if (try_display(display, options, refusal)) return;
  }
  fail("opengl: expected OpenGL {}.{} or newer, {}", options.major, options.minor, refusal);
}

bool EglContext::try_display(const EglLibrary::Display& display, const OpenGlOptions& options, std::string& refusal) {
  if (egl_.Initialize(display.handle, nullptr, nullptr) == EGL_FALSE || egl_.BindAPI(EGL_OPENGL_API) == EGL_FALSE) return false;
  display_ = display.handle;
  context_ = create(display, options.major, options.minor);
  const bool enough = context_ != EGL_NO_CONTEXT;
  if (!enough) context_ = create(display, kOldMajor, kOldMinor);
  if (context_ == EGL_NO_CONTEXT) return false;
  make_current();
  if (enough) {
    gl_ = GlFunctions::load(egl_.GetProcAddress);
    device_ = describe(gl_, display.software);
    driver_ = text(gl_, GL_VENDOR) + '\n' + text(gl_, GL_RENDERER) + '\n' + text(gl_, GL_VERSION);
    return true;
  }
  GlFunctions old;  // which has not all of today's
  old.GetString = reinterpret_cast<PFNGLGETSTRINGPROC>(egl_.GetProcAddress("glGetString"));
  old.GetIntegerv = reinterpret_cast<PFNGLGETINTEGERVPROC>(egl_.GetProcAddress("glGetIntegerv"));
  const OpenGlDevice device = describe(old, display.software);
  refusal = fmt::format("found {} of {}: update the graphics driver", device.version, device.name);
  release();
  egl_.DestroyContext(display_, context_);
  context_ = EGL_NO_CONTEXT;
  return false;
}

EGLContext EglContext::create(const EglLibrary::Display& display, int major, int minor) const {
  const EGLint plain[] = {EGL_CONTEXT_MAJOR_VERSION, major, EGL_CONTEXT_MINOR_VERSION, minor, EGL_NONE};
  // Says when the device was reset, instead of ending the process.
  const EGLint robust[] = {
      EGL_CONTEXT_MAJOR_VERSION,     major,   EGL_CONTEXT_MINOR_VERSION, minor, EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT,
      EGL_LOSE_CONTEXT_ON_RESET_EXT, EGL_NONE};
  EGLContext made = EGL_NO_CONTEXT;
  if (has_word(egl_.QueryString(display.handle, EGL_EXTENSIONS), "EGL_EXT_create_context_robustness")) {
    made = egl_.CreateContext(display.handle, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, robust);
  }
  if (made == EGL_NO_CONTEXT) made = egl_.CreateContext(display.handle, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, plain);
  return made;
}

EglContext::~EglContext() {
  if (context_ == EGL_NO_CONTEXT) return;
  if (egl_.GetCurrentContext() == context_) release();
  egl_.DestroyContext(display_, context_);
}

const GlFunctions& EglContext::gl() const {
  make_current();
  return gl_;
}

void EglContext::make_current() const {
  if (egl_.GetCurrentContext() == context_) return;
  if (egl_.MakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) == EGL_TRUE) return;
  fail("opengl: expected one thread to use the backend, found another; its context stays with the first");
}

void EglContext::release() const { egl_.MakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT); }

void EglContext::check(const char* what) const {
  const GlFunctions& gl = this->gl();
  const bool lost = gl.GetGraphicsResetStatus != nullptr && gl.GetGraphicsResetStatus() != GL_NO_ERROR;
  if (lost) device_failed("opengl: {} was reset {}; what lay on it is lost", device_.name, what);
  switch (const GLenum error = gl.GetError()) {
    case GL_NO_ERROR:
      return;
    case GL_OUT_OF_MEMORY:
      device_failed("opengl: expected enough device memory {}, found less", what);
    default:
      device_failed("opengl: expected no error {}, found 0x{:x} of {}", what, error, device_.name);
  }
}

}  // namespace zf::opengl
