#include "native/opengl/program.h"

#include "core/backend/device_error.h"

namespace zf::opengl {

namespace {

/// A shader until its program is linked.
class Shader {
 public:
  Shader(const GlFunctions& gl, const std::string& source) : gl_(gl), name_(gl.CreateShader(GL_COMPUTE_SHADER)) {
    const GLchar* text = source.c_str();
    gl.ShaderSource(name_, 1, &text, nullptr);
    gl.CompileShader(name_);
  }
  Shader(const Shader&) = delete;
  Shader& operator=(const Shader&) = delete;
  ~Shader() { gl_.DeleteShader(name_); }

  [[nodiscard]] GLuint name() const { return name_; }

 private:
  const GlFunctions& gl_;
  GLuint name_;
};

/// The log of a shader or a program, by its two functions.
template <typename Number, typename Log>
[[nodiscard]] std::string log_of(GLuint name, Number number, Log log) {
  GLint length = 0;
  number(name, GL_INFO_LOG_LENGTH, &length);
  std::string text(static_cast<std::size_t>(std::max(length, 1)), '\0');
  log(name, static_cast<GLsizei>(text.size()), &length, text.data());
  text.resize(static_cast<std::size_t>(length));
  return text;
}

[[nodiscard]] bool linked(const GlFunctions& gl, GLuint program) {
  GLint status = GL_FALSE;
  gl.GetProgramiv(program, GL_LINK_STATUS, &status);
  return status == GL_TRUE;
}

void compile(const EglContext& context, GLuint program, std::string_view name, const std::string& source) {
  const GlFunctions& gl = context.gl();
  const Shader shader(gl, source);
  GLint status = GL_FALSE;
  gl.GetShaderiv(shader.name(), GL_COMPILE_STATUS, &status);
  if (status == GL_FALSE) {
    device_failed("opengl: expected {} to compile shader {}, found: {}", context.device().name, name,
                  log_of(shader.name(), gl.GetShaderiv, gl.GetShaderInfoLog));
  }
  gl.ProgramParameteri(program, GL_PROGRAM_BINARY_RETRIEVABLE_HINT, GL_TRUE);
  gl.AttachShader(program, shader.name());
  gl.LinkProgram(program);
  if (linked(gl, program)) return;
  device_failed("opengl: expected {} to link shader {}, found: {}", context.device().name, name,
                log_of(program, gl.GetProgramiv, gl.GetProgramInfoLog));
}

void keep(const GlFunctions& gl, const ProgramCache& cache, GLuint program, const std::string& source) {
  GLint length = 0;
  gl.GetProgramiv(program, GL_PROGRAM_BINARY_LENGTH, &length);
  if (length <= 0) return;
  std::vector<char> bytes(static_cast<std::size_t>(length));
  GLenum format = 0;
  gl.GetProgramBinary(program, length, &length, &format, bytes.data());
  if (gl.GetError() == GL_NO_ERROR) cache.keep(source, format, std::span(bytes).first(static_cast<std::size_t>(length)));
}

}  // namespace

GLuint make_program(const EglContext& context, const ProgramCache& cache, std::string_view name, const std::string& source) {
  const GlFunctions& gl = context.gl();
  const GLuint program = gl.CreateProgram();
  if (const auto binary = cache.find(source)) {
    gl.ProgramBinary(program, binary->format, binary->bytes.data(), static_cast<GLsizei>(binary->bytes.size()));
    const bool taken = gl.GetError() == GL_NO_ERROR && linked(gl, program);  // a driver may refuse its own of yesterday
    if (taken) return program;
  }
  compile(context, program, name, source);
  keep(gl, cache, program, source);
  return program;
}

}  // namespace zf::opengl
