#include "core/tensor/error.h"
#include "native/cli/oracle/oracle.h"

namespace zf::cli {

bool has_oracle() { return false; }

OracleOutputs run_oracle(const std::string& path, const std::string&, const Tensor&, const std::vector<std::string>&) {
  fail("{}: expected OpenCV's dnn module to compare with, found a build without it", path);
}

}  // namespace zf::cli
