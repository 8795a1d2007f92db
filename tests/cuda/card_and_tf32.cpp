#include "native/cuda/cuda_backend.h"
#include "tests/backend/backends.h"

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {{"cuda", [] { return make_cuda_backend(); }},
                                                 {"cuda_tf32", [] { return make_cuda_backend({.tf32 = true}); }}};
  return list;
}

}  // namespace zf::testing
