#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "core/backend/backend.h"

namespace zf {

/// How the OpenGL backend finds its driver and what it keeps within. The defaults suit everyone but tests.
struct OpenGlOptions {
  std::string library = "libEGL.so.1";
  int major = 4;  ///< the least version
  int minor = 3;
  /// Bytes of a buffer that one dispatch binds at most. What is larger is computed in parts.
  std::size_t block_limit = std::size_t{128} << 20U;
  /// Where compiled kernels are kept; empty: nowhere.
  std::filesystem::path program_cache = default_program_cache();

  /// $XDG_CACHE_HOME/zfscope/shaders, else under ~/.cache; empty where there is neither.
  [[nodiscard]] static std::filesystem::path default_program_cache();
};

/// What the OpenGL backend would run on.
struct OpenGlDevice {
  std::string name;     ///< the driver's: "llvmpipe (LLVM 15.0.6, 256 bits)"
  std::string version;  ///< "4.5"
  bool software = false;
};

/// Throws Error where there is none, saying what was found and what to do.
[[nodiscard]] OpenGlDevice probe_opengl(const OpenGlOptions& options = {});

/// Whether there may be a graphics card: EGL lists one, or cannot say. A cheap look, which starts no driver.
[[nodiscard]] bool may_have_graphics_card(const OpenGlOptions& options = {});

/// The backend on OpenGL compute shaders, in a context of its own that needs no window and no display. It does not train.
///
/// The first thread that uses it keeps it: others get an Error. That must not be a thread that draws with another context.
/// Throws like probe_opengl, and DeviceError where the driver computes wrongly: it is asked for two small convolutions.
[[nodiscard]] std::unique_ptr<Backend> make_opengl_backend(const OpenGlOptions& options = {});

}  // namespace zf
