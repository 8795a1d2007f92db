#include "native/opengl/device.h"

#include <algorithm>

#include "native/opengl/program.h"

namespace zf::opengl {

namespace {

constexpr std::string_view kHead = "#version 430\n";
constexpr std::size_t kMostWaiting = std::size_t{512} << 20U;  // bytes of freed buffers: of a batch's traces
constexpr std::size_t kMostStaging = std::size_t{64} << 20U;
constexpr std::size_t kParameterRing = std::size_t{1} << 16U;  // bytes
constexpr std::size_t kUploadRing = std::size_t{4} << 20U;
constexpr std::size_t kMostGroups = 65535;  // in a dimension
constexpr std::size_t kWideGrid = 32768;

[[nodiscard]] std::size_t integer(const GlFunctions& gl, GLenum name) {
  GLint64 value = 0;
  gl.GetInteger64v(name, &value);
  return static_cast<std::size_t>(value);
}

}  // namespace

Device::Device(const OpenGlOptions& options)
    : context_(options),
      memory_(context_, GL_DYNAMIC_COPY, kMostWaiting),
      staging_(context_, GL_STREAM_READ, kMostStaging),
      cache_(options.program_cache, context_.driver()),
      parameters_(context_, GL_UNIFORM_BUFFER, kParameterRing),
      uploads_(context_, GL_COPY_READ_BUFFER, kUploadRing) {
  const GlFunctions& gl = context_.gl();
  block_limit_ = std::min(options.block_limit, integer(gl, GL_MAX_SHADER_STORAGE_BLOCK_SIZE));
  alignment_ = std::max<std::size_t>(integer(gl, GL_SHADER_STORAGE_BUFFER_OFFSET_ALIGNMENT), 16);  // 16: of vectors
  parameter_alignment_ = std::max<std::size_t>(integer(gl, GL_UNIFORM_BUFFER_OFFSET_ALIGNMENT), 16);
}

Binding Device::bind(const Storage& storage, ByteRange range, std::size_t element) const {
  const std::size_t begin = range.begin / alignment_ * alignment_;
  const auto skipped = static_cast<std::uint32_t>(begin / element);
  const GlBuffer& buffer = buffer_of(storage);
  return {buffer.name, {begin, std::min(range.end, buffer.bytes)}, static_cast<int>(0U - skipped)};
}

Binding Device::bind(const Storage& storage) const { return bind(storage, {0, buffer_of(storage).bytes}); }

void Device::dispatch(Kernel kernel, std::span<const std::byte> parameters, std::initializer_list<Binding> bindings, std::size_t groups) {
  if (groups == 0) return;
  const GlFunctions& gl = this->gl();
  gl.UseProgram(program(kernel));
  set_parameters(parameters);
  GLuint slot = 1;
  for (const Binding& binding : bindings) {
    gl.BindBufferRange(GL_SHADER_STORAGE_BUFFER, slot++, binding.buffer, static_cast<GLintptr>(binding.range.begin),
                       static_cast<GLsizeiptr>(binding.range.bytes()));
  }
  const std::size_t wide = groups <= kMostGroups ? groups : kWideGrid;
  gl.DispatchCompute(static_cast<GLuint>(wide), static_cast<GLuint>((groups + wide - 1) / wide), 1);
  gl.MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT | GL_BUFFER_UPDATE_BARRIER_BIT);
}

void Device::set_parameters(std::span<const std::byte> parameters) {
  const UploadRing::Place place = parameters_.put(parameters, parameter_alignment_);
  context_.gl().BindBufferRange(GL_UNIFORM_BUFFER, 0, place.buffer, static_cast<GLintptr>(place.at), static_cast<GLsizeiptr>(place.bytes));
}

void Device::upload(std::span<const std::byte> from, const Storage& to, std::size_t at) {
  const GlFunctions& gl = context_.gl();
  while (!from.empty()) {
    const std::span<const std::byte> part = from.first(std::min(from.size(), kUploadRing));
    const UploadRing::Place place = uploads_.put(part, alignof(float));
    gl.BindBuffer(GL_COPY_WRITE_BUFFER, buffer_of(to).name);
    gl.CopyBufferSubData(GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER, static_cast<GLintptr>(place.at), static_cast<GLintptr>(at),
                         static_cast<GLsizeiptr>(part.size()));
    at += part.size();
    from = from.subspan(part.size());
  }
}

GLuint Device::program(Kernel kernel) {
  GLuint& program = programs_[static_cast<std::size_t>(kernel)];
  if (program == 0) program = make_program(context_, cache_, kernel_name(kernel), kernel_source(kernel, kHead));
  return program;
}

}  // namespace zf::opengl
