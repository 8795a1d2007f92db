#pragma once

#include <GL/glcorearb.h>

namespace zf::opengl {

// Every function of OpenGL 4.3 that is called here, as (type, name without gl).
#define ZF_GL_FUNCTIONS(X)                         \
  X(PFNGLGETERRORPROC, GetError)                   \
  X(PFNGLGETSTRINGPROC, GetString)                 \
  X(PFNGLGETINTEGERVPROC, GetIntegerv)             \
  X(PFNGLGETINTEGER64VPROC, GetInteger64v)         \
  X(PFNGLGENBUFFERSPROC, GenBuffers)               \
  X(PFNGLDELETEBUFFERSPROC, DeleteBuffers)         \
  X(PFNGLBINDBUFFERPROC, BindBuffer)               \
  X(PFNGLBINDBUFFERRANGEPROC, BindBufferRange)     \
  X(PFNGLBUFFERDATAPROC, BufferData)               \
  X(PFNGLBUFFERSUBDATAPROC, BufferSubData)         \
  X(PFNGLGETBUFFERSUBDATAPROC, GetBufferSubData)   \
  X(PFNGLCOPYBUFFERSUBDATAPROC, CopyBufferSubData) \
  X(PFNGLCREATESHADERPROC, CreateShader)           \
  X(PFNGLDELETESHADERPROC, DeleteShader)           \
  X(PFNGLSHADERSOURCEPROC, ShaderSource)           \
  X(PFNGLCOMPILESHADERPROC, CompileShader)         \
  X(PFNGLGETSHADERIVPROC, GetShaderiv)             \
  X(PFNGLGETSHADERINFOLOGPROC, GetShaderInfoLog)   \
  X(PFNGLCREATEPROGRAMPROC, CreateProgram)         \
  X(PFNGLDELETEPROGRAMPROC, DeleteProgram)         \
  X(PFNGLATTACHSHADERPROC, AttachShader)           \
  X(PFNGLLINKPROGRAMPROC, LinkProgram)             \
  X(PFNGLGETPROGRAMIVPROC, GetProgramiv)           \
  X(PFNGLGETPROGRAMINFOLOGPROC, GetProgramInfoLog) \
  X(PFNGLPROGRAMPARAMETERIPROC, ProgramParameteri) \
  X(PFNGLGETPROGRAMBINARYPROC, GetProgramBinary)   \
  X(PFNGLPROGRAMBINARYPROC, ProgramBinary)         \
  X(PFNGLUSEPROGRAMPROC, UseProgram)               \
  X(PFNGLDISPATCHCOMPUTEPROC, DispatchCompute)     \
  X(PFNGLMEMORYBARRIERPROC, MemoryBarrier)         \
  X(PFNGLFENCESYNCPROC, FenceSync)                 \
  X(PFNGLCLIENTWAITSYNCPROC, ClientWaitSync)       \
  X(PFNGLDELETESYNCPROC, DeleteSync)               \
  X(PFNGLFLUSHPROC, Flush)

/// OpenGL's functions, asked for at run time, so that a program starts on a machine without OpenGL.
struct GlFunctions {
#define ZF_GL_MEMBER(type, name) type name = nullptr;
  ZF_GL_FUNCTIONS(ZF_GL_MEMBER)
#undef ZF_GL_MEMBER
  PFNGLGETGRAPHICSRESETSTATUSPROC GetGraphicsResetStatus = nullptr;  ///< may be missing  NOLINT(readability-identifier-naming)

  /// `find` gives the address of a function by its name, or null.
  [[nodiscard]] static GlFunctions load(void (*(*find)(const char*))());
};

}  // namespace zf::opengl
