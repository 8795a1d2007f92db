#include "native/opengl/gl_functions.h"

#include "core/tensor/error.h"

namespace zf::opengl {

namespace {

using Find = void (*(*)(const char*))();

template <typename Function>
void load_one(Find find, const char* name, Function& function) {
  function = reinterpret_cast<Function>(find(name));
  if (function == nullptr) fail("opengl: expected a driver with {}, found none", name);
}

}  // namespace

GlFunctions GlFunctions::load(Find find) {
  GlFunctions gl;
#define ZF_GL_LOAD(type, name) load_one(find, "gl" #name, gl.name);
  ZF_GL_FUNCTIONS(ZF_GL_LOAD)
#undef ZF_GL_LOAD
  for (const char* name : {"glGetGraphicsResetStatus", "glGetGraphicsResetStatusARB"}) {
    if (gl.GetGraphicsResetStatus == nullptr) gl.GetGraphicsResetStatus = reinterpret_cast<PFNGLGETGRAPHICSRESETSTATUSPROC>(find(name));
  }
  return gl;
}

}  // namespace zf::opengl
