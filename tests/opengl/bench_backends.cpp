// The backend as people use it.
#include "native/opengl/opengl_backend.h"
#include "tests/backend/backends.h"

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {{"opengl", [] { return make_opengl_backend(); }, false}};
  return list;
}

}  // namespace zf::testing
