#include "native/cuda/host_form.h"

#include "tests/backend/backends.h"

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {{"cuda_host", make_cuda_host_form}};
  return list;
}

}  // namespace zf::testing
