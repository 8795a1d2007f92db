#pragma once

#include <string>

#include "native/opengl/egl_context.h"
#include "native/opengl/program_cache.h"

namespace zf::opengl {

/// A linked compute program, from the cache or of `source`. It lives as long as the context. Throws DeviceError with the driver's log
/// where it does not compile; `name` is for that.
[[nodiscard]] GLuint make_program(const EglContext& context, const ProgramCache& cache, std::string_view name, const std::string& source);

}  // namespace zf::opengl
