// The backend as it is, and one whose storage blocks are so small that nearly every operation runs in parts.
#include "native/opengl/opengl_backend.h"
#include "tests/backend/backends.h"

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {
      {"opengl", [] { return make_opengl_backend(); }, false},
      {"opengl_small_blocks", [] { return make_opengl_backend({.block_limit = 96 << 10}); }, false},
  };
  return list;
}

}  // namespace zf::testing
